import { tf } from '../engine/index';
import { InputError } from '../basics/errors';
import { philox } from './philox';
import { sizeOf } from './shape';

/** The seed that a TensorFlow 1 graph gives every random operation when `tf.set_random_seed` was not called. */
export const DEFAULT_GRAPH_SEED = 87654321;

/** Blocks of the stream that TensorFlow puts aside for each output value, whether they are used or not. */
const BLOCKS_PER_VALUE = 256;

function checkSeed(name: string, seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new InputError('random.tensorflow', `${name} to be a whole number from 0`, String(seed));
}

/**
 * One random operation of a TensorFlow graph, `RandomUniform` with `seed` (the graph's) and `seed2` (the
 * operation's): each call gives what each run of the session gives.
 */
export class TensorflowRandom {
  private block = 0;

  /**
   * @param seed the graph's seed; TensorFlow's own default is 87654321
   * @param seed2 the operation's seed, such as the one given to an initializer
   * @throws InputError for seeds that are not whole numbers from 0, or both 0, which means “any” to TensorFlow
   */
  constructor(
    readonly seed: number,
    readonly seed2: number,
  ) {
    checkSeed('seed', seed);
    checkSeed('seed2', seed2);
    if (seed === 0 && seed2 === 0) {
      const hint = `A graph without a seed of its own has ${DEFAULT_GRAPH_SEED}.`;
      throw new InputError('random.tensorflow', 'a seed that is not 0', '0 and 0', hint);
    }
  }

  /** Uniform numbers in [0, 1) with 23 random bits, float32; a scalar without a shape. */
  uniform(...shape: number[]): tf.Tensor {
    return tf.tensor(this.uniforms(sizeOf('random.uniform', shape)), shape);
  }

  /** The next `size` numbers of {@link uniform}, as a plain array. */
  uniforms(size: number): Float32Array {
    const bits = new Uint32Array(size);
    philox([this.seed, this.seed2], this.block, bits);
    this.block += size * BLOCKS_PER_VALUE;
    // The mantissa of a number in [1, 2), less 1; in place, since a typed array of 23 million is large.
    const values = new Float32Array(bits.buffer);
    for (let i = 0; i < size; i++) bits[i] = (bits[i] & 0x7fffff) | 0x3f800000;
    for (let i = 0; i < size; i++) values[i] -= 1;
    return values;
  }
}
