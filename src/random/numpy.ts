import { tf } from '../engine/index';
import { InputError } from '../basics/errors';
import { MT19937 } from './mt19937';
import { sizeOf } from './shape';

/**
 * NumPy's legacy stream, `numpy.random.seed(seed)` and then the functions of the same names: the same draws in
 * the same order. NumPy keeps float64; the tensors here are its numbers rounded to float32.
 */
export class NumpyRandom {
  private readonly generator: MT19937;
  /** The polar method makes two normal numbers at a time; the second one waits here. */
  private spare: number | undefined;

  /**
   * @param seed a whole number from 0 to 2³² − 1
   * @throws InputError for another seed
   */
  constructor(seed: number) {
    this.generator = new MT19937(seed);
  }

  /** Uniform numbers in [0, 1), as `numpy.random.rand(...shape)`; a scalar without a shape. */
  rand(...shape: number[]): tf.Tensor {
    return this.filled('random.rand', shape, () => this.generator.double());
  }

  /** Standard normal numbers, as `numpy.random.randn(...shape)`; a scalar without a shape. */
  randn(...shape: number[]): tf.Tensor {
    return this.filled('random.randn', shape, () => this.gauss());
  }

  /** Normal numbers with a mean and a standard deviation, as `numpy.random.normal(mean, deviation, shape)`. */
  normal(mean: number, deviation: number, ...shape: number[]): tf.Tensor {
    return this.filled('random.normal', shape, () => mean + deviation * this.gauss());
  }

  /**
   * Whole numbers from `low` up to, but not including, `high`, as `numpy.random.randint(low, high, shape)`, int32.
   * @throws InputError for bounds that are not whole int32 numbers with low below high
   */
  randint(low: number, high: number, ...shape: number[]): tf.Tensor {
    const fits = [low, high - 1].every((bound) => Number.isInteger(bound) && bound === (bound | 0));
    if (!fits || low >= high) {
      throw new InputError('random.randint', 'whole numbers low < high of 32 bits', `${low} and ${high}`);
    }
    const values = Int32Array.from({ length: sizeOf('random.randint', shape) }, () => {
      return low + this.generator.upTo(high - 1 - low);
    });
    return tf.tensor(values, shape, 'int32');
  }

  /** The numbers from 0 to n − 1 in random order, as `numpy.random.permutation(n)`, [n] int32. */
  permutation(n: number): tf.Tensor1D {
    const values = Int32Array.from({ length: sizeOf('random.permutation', [n]) }, (_, i) => i);
    this.shuffle(values);
    return tf.tensor1d(values, 'int32');
  }

  /** Put an array into random order, in place, as `numpy.random.shuffle(values)`. */
  shuffle(values: { readonly length: number; [index: number]: unknown }): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.generator.upTo(i);
      [values[i], values[j]] = [values[j], values[i]];
    }
  }

  /** Marsaglia's polar method, with the second number of each pair first, as NumPy's `legacy_gauss`. */
  private gauss(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    let x = 0;
    let y = 0;
    let square = 0;
    do {
      x = 2 * this.generator.double() - 1;
      y = 2 * this.generator.double() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    this.spare = factor * x;
    return factor * y;
  }

  private filled(where: string, shape: number[], next: () => number): tf.Tensor {
    return tf.tensor(Float32Array.from({ length: sizeOf(where, shape) }, next), shape);
  }
}
