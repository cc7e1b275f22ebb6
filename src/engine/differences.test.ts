/** Gradients by autodiff beside slopes by differences: what holds by definition, on each engine. */
import { beforeAll, describe, expect, it } from 'vitest';
import { repairCpuKernels } from './cpu';
import { hasNative, startBackend } from './testing/backends';
import { cases, type Case } from './testing/cases';
import { slopeError } from './testing/differences';
import { seeded } from './testing/random';
import { tf } from './tf';

/** The error of a case's gradients, for a weighted sum of its value. */
function errorOf({ inputs, run, range }: Case): number {
  const variables = inputs.map((shape, i) =>
    tf.variable(tf.tidy(() => seeded(shape, 11 + i, ...(range ?? [-1, 1])))),
  );
  const loss = () => {
    const value = run(...variables);
    return value.mul(seeded(value.shape, 5)).sum<tf.Scalar>();
  };
  const error = slopeError(loss, variables);
  tf.dispose(variables);
  return error;
}

describe.each(['cpu', 'wasm', ...(hasNative() ? (['native'] as const) : [])] as const)('on %s', (engine) => {
  beforeAll(async () => {
    repairCpuKernels();
    void tf.setBackend(engine === 'cpu' ? engine : await startBackend(engine));
  });

  // tfjs gives floorDiv the gradient of a division, as if nothing were cut off
  const differentiable = cases.filter(
    ({ name, forwardOnly, notNative }) =>
      !forwardOnly && !name.startsWith('floorDiv') && !(notNative && engine === 'native'),
  );
  it.each(differentiable)('$name', (example) => {
    // between the two sides another of many values may become the greatest
    expect(errorOf(example)).toBeLessThan(example.name.startsWith('maxPool3d') ? 0.1 : 0.02);
  });
});
