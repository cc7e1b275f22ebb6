import { tf } from '../../tf';
import { seeded } from '../random';

/** One operation whose values and gradients every engine must compute alike. */
export interface Case {
  name: string;
  /** Shapes of the inputs, to each of which the gradient is taken. */
  inputs: number[][];
  run: Op;
  /** Range of the inputs' values where -1 to 1 does not fit. */
  range?: [number, number];
  /** Compare values only: the operation has no gradient, or tfjs has none for these shapes. */
  forwardOnly?: boolean;
  /** Why the native engine cannot run it. */
  notNative?: string;
}

// Each case knows the ranks of its inputs, which one type for all cannot say.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Op = (...inputs: any[]) => tf.Tensor;

type Options = Partial<Pick<Case, 'range' | 'forwardOnly' | 'notNative'>>;

/** Describe a case; `shapes` reads like `2x7x6x3 3x3x3x4`, with `scalar` for a shape without axes. */
export function op(name: string, shapes: string, run: Op, options: Options = {}): Case {
  const inputs = shapes.split(' ').map((text) => (text === 'scalar' ? [] : text.split('x').map(Number)));
  return { name: `${name} of ${shapes}`, inputs, run, ...options };
}

/** The value of a case, and its gradient to each input for a weighted sum of the value. */
export function evaluate({ inputs, run, range, forwardOnly }: Case): Record<string, tf.Tensor> {
  const values = inputs.map((shape, i) => seeded(shape, 11 + i, ...(range ?? [-1, 1])));
  const value = run(...values);
  if (forwardOnly) return { value };
  const weights = seeded(value.shape, 5);
  const gradients = tf.grads((...args: tf.Tensor[]) =>
    run(...args)
      .mul(weights)
      .sum(),
  )(values);
  return Object.fromEntries([['value', value], ...gradients.map((g, i) => [`gradient ${i}`, g] as const)]);
}
