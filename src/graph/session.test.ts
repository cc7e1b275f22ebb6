import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { useEngine } from './testing/engines';
import { traceStep } from './step';

/** So many weights, of four bytes each, that a copy of their gradients would show. */
const WEIGHTS = 2 ** 22;
const STEPS = 8;

describe('a session that fills memory of the caller’s', () => {
  beforeAll(() => useEngine());

  it('gives every step’s own results, and makes no copies of gradients', async () => {
    const weights = tf.variable(tf.ones([WEIGHTS]));
    const loss = (x: tf.Tensor): tf.Scalar => weights.mul(x).mean();
    const step = await traceStep({ loss, optimizer: tf.train.sgd(WEIGHTS) }, [tf.scalar(1)]);
    const batch = [Float32Array.of(1)];
    const losses = [(await step.run(batch)).loss];
    const before = process.memoryUsage().arrayBuffers;
    let made = 0;
    for (let i = 1; i < STEPS; i++) {
      losses.push((await step.run(batch)).loss);
      made = Math.max(made, process.memoryUsage().arrayBuffers - before);
    }
    expect(losses).toEqual(Array.from({ length: STEPS }, (_, i) => 1 - i));
    expect(made).toBeLessThan(WEIGHTS);
    await step.dispose();
    weights.dispose();
  });
});
