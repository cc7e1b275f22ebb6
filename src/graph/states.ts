import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { tf } from '../engine/index';
import { isReplaced, newData, sizeOf, type Data, type State } from './ir';
import { nextName } from './names';
import { compose, inverse, isIdentity, permuted, transposeData, type Permutation } from './permutation';
import { ortTensor, type Feeds } from './session';

/** A variable's elements in the order that a graph wants, twice: to read from, and to write the next values to. */
interface Cell {
  readonly variable: tf.Variable;
  readonly perm: Permutation;
  current: OrtTensor;
  next: OrtTensor;
}

/**
 * The variables of a training step outside of tfjs. A step reads one half of the memory and writes the other, so that
 * nothing is copied between steps.
 */
export class States {
  readonly #cells = new Map<string, Cell>();

  /** Bring the variables into the order that a graph keeps them in, which may be another than the last one's. */
  async arrange(states: readonly State[]): Promise<void> {
    for (const state of states) await this.#arrange(state);
  }

  /** The variables as inputs of the graph that they were arranged for. */
  feeds(states: readonly State[]): Feeds {
    return Object.fromEntries(states.map(({ name }) => [name, this.#cells.get(name)!.current]));
  }

  /** Where that graph is to write the next values. */
  targets(states: readonly State[]): Feeds {
    const replaced = states.filter(isReplaced);
    return Object.fromEntries(replaced.map(({ name }) => [nextName(name), this.#cells.get(name)!.next]));
  }

  /** Take the values that a step has written. */
  advance(states: readonly State[]): void {
    for (const { name } of states.filter(isReplaced)) {
      const cell = this.#cells.get(name)!;
      [cell.current, cell.next] = [cell.next, cell.current];
    }
  }

  /** Assign the values to the tfjs variables. */
  writeBack(): void {
    for (const { variable, perm, current } of this.#cells.values()) {
      const { shape, dtype } = variable;
      const data = reordered(current.data as Data, permuted(shape, perm), inverse(perm));
      tf.tidy(() => variable.assign(tf.tensor(data as Float32Array, shape, dtype)));
    }
  }

  /** Forget the values: the tfjs variables count. */
  clear(): void {
    this.#cells.clear();
  }

  async #arrange({ name, variable, input, perm }: State): Promise<void> {
    const known = this.#cells.get(name);
    if (known && isIdentity(compose(inverse(known.perm), perm))) return;
    const { dtype } = input;
    const [data, change] = known
      ? ([known.current.data as Data, compose(inverse(known.perm), perm)] as const)
      : ([variable.dataSync() as Data, perm] as const);
    const from = known ? permuted(variable.shape, known.perm) : variable.shape;
    const current = await ortTensor(reordered(data, from, change), input.shape, dtype);
    const next = await ortTensor(newData(dtype, sizeOf(input.shape)), input.shape, dtype);
    this.#cells.set(name, { variable, perm, current, next });
  }
}

/** A copy of elements stored in the order of `shape`, transposed. */
function reordered(data: Data, shape: readonly number[], perm: Permutation): Data {
  const dtype = data instanceof Int32Array ? 'int32' : data instanceof Uint8Array ? 'bool' : 'float32';
  return isIdentity(perm) ? data.slice() : transposeData(data, dtype, shape, perm);
}
