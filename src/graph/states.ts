import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { tf } from '../engine/index';
import { isComputed, newData, sizeOf, type Data, type State } from './ir';
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

/**
 * The variables of a training step outside of tfjs, in memory that is allocated once. A step reads them, writes next
 * values (of moving averages) to another half of the memory and gradients beside the weights, which are then updated in
 * place. Variables that were assigned since they were last read or given back are read again.
 */
export class States {
  readonly #cells = new Map<tf.Variable, Cell>();

  /** Bring the variables into the order that a graph keeps them in, which may be another than the last one's. */
  async arrange(states: readonly State[]): Promise<void> {
    for (const state of states) {
      const cell = await this.#cellOf(state.variable, state.perm);
      if (!isComputed(state)) continue;
      const { shape, dtype } = state.input;
      cell.given ??= await ortTensor(newData(dtype, sizeOf(shape)), shape, dtype);
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

  /** Bring an optimizer's variables into the order of the weights that they belong to. */
  async arrangeSlots(update: Update, trained: readonly tf.Variable[]): Promise<void> {
    for (const { variable } of update.powers) await this.#cellOf(variable, []);
    for (const [i, variable] of trained.entries()) {
      const { perm } = this.#cells.get(variable)!;
      for (const slot of update.slots(i, variable)) await this.#cellOf(slot, perm);
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

  /** Change the weights by the gradients that a step has written, in the optimizer's order. */
  update(update: Update, trained: readonly tf.Variable[], states: readonly State[]): void {
    const powers = update.powers.map(({ variable }) => this.#valuesOf(variable));
    const rule = update.rule(powers.map(([power]) => power));
    const withGradient = new Set(
      states.filter(({ gives }) => gives === 'gradient').map((state) => state.variable),
    );
    for (const [i, variable] of trained.entries()) {
      if (!withGradient.has(variable)) continue;
      const { current, given } = this.#cells.get(variable)!;
      const slots = update.slots(i, variable).map((slot) => this.#valuesOf(slot));
      rule(current.data as Float32Array, given!.data as Float32Array, slots);
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
  }

  #valuesOf(variable: tf.Variable): Float32Array {
    return this.#cells.get(variable)!.current.data as Float32Array;
  }

  /** A variable's elements in an order of axes: those kept here, unless the variable was assigned. */
  async #cellOf(variable: tf.Variable, perm: Permutation): Promise<Cell> {
    const known = this.#cells.get(variable);
    const { shape, dataId, dtype } = variable;
    const isSame = known?.dataId === dataId;
    if (known && isSame && isIdentity(compose(inverse(known.perm), perm))) return known;
    const [data, from] =
      known && isSame
        ? [known.current.data as Data, known.perm]
        : [variable.dataSync() as Data, identity(shape.length)];
    const ordered = reordered(data, permuted(shape, from), compose(inverse(from), perm));
    const current = await ortTensor(ordered, permuted(shape, perm), dtype as 'float32');
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
