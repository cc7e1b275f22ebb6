import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { useEngine } from './testing/engines';
import { traceStep } from './step';

/** So many weights that a copy of their gradients in every step would show. */
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
    for (let i = 1; i < STEPS; i++) losses.push((await step.run(batch)).loss);
    const made = process.memoryUsage().arrayBuffers - before;
    expect(losses).toEqual(Array.from({ length: STEPS }, (_, i) => 1 - i));
    expect(made).toBeLessThan(Float32Array.BYTES_PER_ELEMENT * WEIGHTS);
    await step.dispose();
    weights.dispose();
  });
});
