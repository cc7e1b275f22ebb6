import { expect, it } from 'vitest';
import { ready, tf } from '../engine/index';
import { hasNative } from '../engine/testing/backends';
import { denseNet264 } from './densenet';
import { memoryNeeded, predict } from './index';

// In a file of its own, hence in a process whose memory nobody else has grown.
it.skipIf(!hasNative())(
  'the largest network for volumes runs at 112³ in about the memory that was announced',
  { timeout: 300_000 },
  async () => {
    process.env.CONVLAB_ENGINE = 'native';
    await ready();
    const model = denseNet264({ dimensions: 3, inputShape: [112, 112, 112, 1], seed: 1 });
    const need = memoryNeeded(model);
    const x = tf.zeros([1, 112, 112, 112, 1]);
    const before = process.memoryUsage.rss();
    const y = await predict(model, x, { log: () => undefined });
    const grown = process.resourceUsage().maxRSS * 1024 - before;
    expect(y.shape).toEqual([1, 1000]);
    expect(y.dataSync().every(Number.isFinite)).toBe(true);
    // Machines with more cores have more threads, each with some memory of its own.
    expect(grown).toBeLessThan(1.5 * need.bytes);
    expect(need.bytes).toBeLessThan(250e6);
    tf.dispose([x, y]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(0);
  },
);
