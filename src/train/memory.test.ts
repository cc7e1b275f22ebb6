import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ready, tf } from '../engine/index';
import { TrainingMemoryError } from './errors';
import { fit } from './fit';
import { line } from './testing/examples';

beforeAll(() => ready());

const QUIET = { progress: 'none' } as const;

describe('what does not fit into memory', () => {
  it.each([true, false])('is refused before it breaks the engine (compiled: %s)', async (compile) => {
    const side = 2 ** 17;
    const model = tf.sequential({
      layers: [
        tf.layers.upSampling2d({ size: [side, side], inputShape: [1, 1, 1] }),
        tf.layers.globalAveragePooling2d({}),
      ],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const data = { x: tf.ones([1, 1, 1, 1]), y: tf.zeros([1, 1]) };
    await expect(fit(model, data, { ...QUIET, compile })).rejects.toThrow(
      /layers that give at most [\d,]+ numbers for a batch of 1, got one that gives 17,179,869,184.*smaller batchSize/,
    );
  });

  it.each([
    'Invalid typed array length: 17179869184',
    'Array buffer allocation failed',
    'memory access out of bounds',
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[1,131072]',
  ])('is told in words: %s', async (message) => {
    const model = line();
    const cause = new Error(message);
    vi.spyOn(model, 'trainOnBatch').mockRejectedValue(cause);
    const failure = fit(
      model,
      { x: tf.ones([8, 2]), y: tf.zeros([8]) },
      { ...QUIET, batchSize: 4, compile: false },
    );
    await expect(failure).rejects.toThrow(TrainingMemoryError);
    await expect(failure).rejects.toThrow(/batch of 4 does not fit .*step 1.*smaller batchSize/);
    await expect(failure).rejects.toMatchObject({ cause });
  });
});
