import { tf } from '../tf';
import { seeded } from './random';

const STEP = 5e-4;

/**
 * How far autodiff's slope of a loss along a random direction is from the one by central differences, relative to the
 * length of the gradient's part in each value. The variables end as they were.
 */
export function slopeError(loss: () => tf.Scalar, variables: tf.Variable[]): number {
  return tf.tidy(() => {
    const directions = variables.map(({ shape }, i) => seeded(shape, 31 + i));
    const { grads } = tf.variableGrads(loss, variables);
    const parts = variables.flatMap(({ name }, i) => [...grads[name].mul(directions[i]).dataSync()]);
    const size = Math.hypot(...parts);
    const expected = parts.reduce((sum, part) => sum + part, 0);
    const originals = variables.map((variable) => variable.clone());
    const lossAt = (step: number): number => {
      variables.forEach((variable, i) => variable.assign(originals[i].add(directions[i].mul(step))));
      return loss().dataSync()[0];
    };
    const slope = (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
    variables.forEach((variable, i) => variable.assign(originals[i]));
    return Math.abs(slope - expected) / Math.max(size, 1e-3);
  });
}
