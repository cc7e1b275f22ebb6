import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { info, ready, tf } from '../engine/index';
import { memoryNeeded } from './memory';
import { network } from './testing/small-network';

beforeAll(async () => {
  await ready();
});

describe('memoryNeeded', () => {
  it.each([1, 3])('counts what is held at once for a batch of %i', (batch) => {
    const model = network();
    const need = memoryNeeded(model, batch);
    // The picture, its copy, both parts and the whole.
    expect(need.values).toBe(4 * batch * (16 + 16 + 32 + 48 + 80));
    expect(need.layer).toBe('both');
    expect(need.weights).toBe(4 * (2 + 6 + 5));
    expect(need.input).toEqual([batch, 4, 4, 1]);
    expect(need.bytes).toBeGreaterThan(need.values);
    model.dispose();
  });

  it('counts the steps that a layer takes', () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ name: 'dense', units: 100, activation: 'relu', inputShape: [10] })],
    });
    const need = memoryNeeded(model);
    expect(need.values).toBe(4 * (10 + 10 + 3 * 100));
    model.dispose();
  });

  it('counts the planes that WASM lays side by side for a convolution of volumes', () => {
    const layer = tf.layers.conv3d({ filters: 2, kernelSize: 3, useBias: false, inputShape: [4, 4, 4, 5] });
    const model = tf.sequential({ layers: [layer] });
    const planes = info().name === 'wasm' ? 3 * 320 : 0;
    expect(memoryNeeded(model).values).toBe(4 * (2 * 320 + 16 + planes));
    model.dispose();
  });

  it('refuses a model whose input may have any size', () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ name: 'c', filters: 1, kernelSize: 1, inputShape: [null, null, 1] })] }); // prettier-ignore
    expect(() => memoryNeeded(model)).toThrow(InputError);
    expect(() => memoryNeeded(model)).toThrow(
      /expected a model whose inputShape is known, got \[null, null, 1\]/,
    );
    model.dispose();
  });
});
