import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { tf } from '../engine/index';
import { isComputed, newData, sizeOf, type Data, type State } from './ir';
import { allocate, type Block } from './memory';
import { outputName } from './names';
import {
  compose,
  identity,
  inverse,
  isIdentity,
  permuted,
  transposeData,
  type Permutation,
} from './permutation';
import { ortTensor, type Feeds } from './session';
import type { Update } from './updates';

/** A variable's elements in the order that a graph wants. */
interface Cell {
  readonly perm: Permutation;
  current: OrtTensor;
  /** Where a step writes the next values, or the gradient. */
  given?: OrtTensor;
  /** tfjs's data that the elements were read from, or given back as; a variable that is assigned gets others. */
  dataId: object;
}

/** Memory for a trained variable, its gradient and the optimizer's slots for it, in this order. */
interface Home extends Block {
  readonly slots: readonly tf.Variable[];
}

/**
 * The variables of a training step outside of tfjs, in memory that is allocated once. A step reads them, writes next
 * values (of moving averages) to another half of the memory and gradients beside the weights, which are then updated in
 * place. Variables that were assigned since they were last read or given back are read again.
 */
export class States {
  readonly #cells = new Map<tf.Variable, Cell>();
  /** Where the optimizer's formula finds a trained variable, its gradient and its slots. */
  readonly #homes = new Map<tf.Variable, Home>();

  /** Bring the variables into the order that a graph keeps them in, which may be another than the last one's. */
  async arrange(states: readonly State[]): Promise<void> {
    for (const state of states) {
      const cell = await this.#cellOf(state.variable, state.perm, this.#homes.get(state.variable)?.arrays[0]);
      if (!isComputed(state)) continue;
      const { shape, dtype } = state.input;
      const home = state.gives === 'gradient' ? this.#homes.get(state.variable) : undefined;
      cell.given ??= await ortTensor(home?.arrays[1] ?? newData(dtype, sizeOf(shape)), shape, dtype);
    }
  }

  /** The variables as inputs of the graph that they were arranged for. */
  feeds(states: readonly State[]): Feeds {
    return Object.fromEntries(states.map(({ name, variable }) => [name, this.#cells.get(variable)!.current]));
  }

  /** Where that graph is to write what it computes for them. */
  targets(states: readonly State[]): Feeds {
    const computed = states.filter(isComputed);
    return Object.fromEntries(
      computed.map((state) => [outputName(state), this.#cells.get(state.variable)!.given!]),
    );
  }

  /** Give the variables that an optimizer trains, and its own ones, the memory that it computes in. */
  reserve(update: Update, trained: readonly tf.Variable[]): void {
    const wanted = trained.map((variable, i) => ({ variable, slots: update.slots(i, variable) }));
    const missing = wanted.filter(({ variable, slots }) => {
      const home = this.#homes.get(variable);
      return !home || slots.some((slot, i) => slot !== home.slots[i]);
    });
    if (missing.length === 0) return;
    const extents = missing.map(({ variable, slots }) => ({
      length: variable.size,
      count: slots.length + 2,
    }));
    const blocks = allocate(extents);
    missing.forEach(({ variable, slots }, i) => this.#homes.set(variable, { ...blocks[i], slots }));
  }

  /** Bring an optimizer's variables into the order of the weights that they belong to. */
  async arrangeSlots(update: Update, trained: readonly tf.Variable[]): Promise<void> {
    for (const { variable } of update.powers) await this.#cellOf(variable, []);
    for (const variable of trained) {
      const { perm } = this.#cells.get(variable)!;
      const { slots, arrays } = this.#homes.get(variable)!;
      for (const [i, slot] of slots.entries()) await this.#cellOf(slot, perm, arrays[i + 2]);
    }
  }

  /** Take the values that a step has written. */
  advance(states: readonly State[]): void {
    for (const state of states) {
      const cell = this.#cells.get(state.variable)!;
      if (isComputed(state) && state.gives === 'next')
        [cell.current, cell.given] = [cell.given!, cell.current];
    }
  }

  /** Change the weights by the gradients that a step has written. */
  update(update: Update, states: readonly State[]): void {
    const powers = update.powers.map(
      ({ variable }) => this.#cells.get(variable)!.current.data as Float32Array,
    );
    const numbers = update.numbers(powers.map(([power]) => power));
    for (const { gives, variable } of states) {
      if (gives !== 'gradient') continue;
      const { memory, arrays } = this.#homes.get(variable)!;
      update.formula.run(memory, arrays, numbers);
    }
    update.powers.forEach(({ base }, i) => (powers[i][0] *= base));
  }

  /** Assign the values to the tfjs variables, except to those that were assigned otherwise. */
  writeBack(): void {
    for (const [variable, cell] of this.#cells) {
      if (variable.isDisposed || variable.dataId !== cell.dataId) continue;
      const { shape, dtype } = variable;
      const data = reordered(cell.current.data as Data, permuted(shape, cell.perm), inverse(cell.perm));
      tf.tidy(() => variable.assign(tf.tensor(data as Float32Array, shape, dtype)));
      cell.dataId = variable.dataId;
    }
  }

  /** Forget the values: the tfjs variables count. */
  clear(): void {
    this.#cells.clear();
    this.#homes.clear();
  }

  /**
   * A variable's elements in an order of axes: those kept here, unless the variable was assigned. They are in `home`,
   * where there is one.
   */
  async #cellOf(variable: tf.Variable, perm: Permutation, home?: Float32Array): Promise<Cell> {
    const known = this.#cells.get(variable);
    const { shape, dataId, dtype } = variable;
    const isSame = known?.dataId === dataId;
    const isHome = home === undefined || known?.current.data === home;
    if (known && isSame && isHome && isIdentity(compose(inverse(known.perm), perm))) return known;
    const [data, from] =
      known && isSame
        ? [known.current.data as Data, known.perm]
        : [variable.dataSync() as Data, identity(shape.length)];
    const ordered = reordered(data, permuted(shape, from), compose(inverse(from), perm));
    home?.set(ordered as Float32Array);
    const current = await ortTensor(home ?? ordered, permuted(shape, perm), dtype as 'float32');
    const cell = { perm, current, dataId };
    this.#cells.set(variable, cell);
    return cell;
  }
}

/** A copy of elements stored in the order of `shape`, transposed. */
function reordered(data: Data, shape: readonly number[], perm: Permutation): Data {
  const dtype = data instanceof Int32Array ? 'int32' : data instanceof Uint8Array ? 'bool' : 'float32';
  return isIdentity(perm) ? data.slice() : transposeData(data, dtype, shape, perm);
}
