import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { denseBlock, denseLayer, denseNet, transition } from './densenet';
import type { DenseNetOptions } from './densenet-options';

describe('networks of dense blocks refuse', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const base: DenseNetOptions = {
    dimensions: 2,
    inputShape: [32, 32, 3],
    blocks: [2, 2],
    growth: 8,
    initial: 8,
  };

  it.each<[string, Partial<Record<keyof DenseNetOptions, unknown>>, string]>([
    ['four dimensions', { dimensions: 4 }, 'dimensions 2 or 3, got 4. Pictures have 2, volumes 3.'],
    ['no blocks', { blocks: [] }, 'blocks as a list of positive whole numbers, got [].'],
    ['a block of zero', { blocks: [2, 0] }, 'blocks as a list of positive whole numbers, got [2,0].'],
    ['blocks as a number', { blocks: 2 }, 'blocks as a list of positive whole numbers, got 2.'],
    ['growth 0', { growth: 0 }, 'growth as a positive whole number, got 0.'],
    ['growth 1.5', { growth: 1.5 }, 'growth as a positive whole number, got 1.5.'],
    ['initial −1', { initial: -1 }, 'initial as a positive whole number, got -1.'],
    ['bottleneck NaN', { bottleneck: NaN }, 'bottleneck as a positive whole number, got NaN.'],
    ['classes 0', { classes: 0 }, 'classes as a positive whole number, got 0.'],
    ['compression 0', { compression: 0 }, 'compression above 0 and up to 1, got 0.'],
    ['compression 1.1', { compression: 1.1 }, 'compression above 0 and up to 1, got 1.1.'],
    ['dropout 1', { dropout: 1 }, 'dropout from 0 to below 1, got 1.'],
    ['dropout −0.1', { dropout: -0.1 }, 'dropout from 0 to below 1, got -0.1.'],
    [
      'a volume for pictures',
      { inputShape: [32, 32, 32, 1] },
      'an inputShape of [height, width, channels] with sizes from 5, got [32,32,32,1]. Smaller ones vanish in 2 blocks.',
    ],
    [
      'a picture for volumes',
      { dimensions: 3, inputShape: [32, 32, 1] },
      'an inputShape of [depth, height, width, channels] with sizes from 5, got [32,32,1].',
    ],
    ['too small an input', { inputShape: [32, 4, 1] }, 'with sizes from 5, got [32,4,1].'],
  ])('%s', (_, options, message) => {
    const act = () => denseNet({ ...base, ...options } as DenseNetOptions);
    expect(act).toThrow(InputError);
    expect(act).toThrow(`models.denseNet: expected`);
    expect(act).toThrow(message);
  });

  const picture = tf.input({ shape: [8, 8, 3] });
  it.each<[string, () => unknown, string]>([
    [
      'features of another rank',
      () => denseLayer(tf.input({ shape: [8] }), { name: 'a' }),
      'models.denseLayer: expected [examples, height, width, channels] or [examples, depth, height, width, channels], ' +
        'got rank 2, [null,8].',
    ],
    [
      'a block without layers',
      () => denseBlock(picture, { layers: 0, name: 'a' }),
      'models.denseBlock: expected layers as a positive whole number, got 0.',
    ],
    [
      'a transition that keeps nothing',
      () => transition(picture, { compression: 0.3, name: 'a' }),
      'models.transition: expected a compression that leaves at least one channel, got 0.3 of 3.',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });

  it('takes the smallest input that is allowed', () => {
    const model = denseNet({ ...base, blocks: [1, 1, 1, 1], inputShape: [29, 29, 1] });
    expect(model.getLayer('relu').outputShape).toEqual([null, 1, 1, 16]);
    model.dispose();
  });
});
