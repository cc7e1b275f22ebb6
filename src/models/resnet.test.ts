import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { hasNative, startBackend } from '../engine/testing/backends';
import * as random from '../random/index';
import { convolutionalBlock, identityBlock, resnet50, type BlockFilters } from './resnet';

type Build = (x: tf.SymbolicTensor, filters: BlockFilters) => tf.SymbolicTensor;

/** The values of a block's output for an input; nothing is left behind. */
function run(x: tf.Tensor, filters: BlockFilters, build: Build): tf.Tensor4D {
  const input = tf.input({ shape: x.shape.slice(1) });
  const model = tf.model({ inputs: input, outputs: build(input, filters) });
  const output = tf.tidy(() => model.predict(x) as tf.Tensor4D);
  model.dispose();
  x.dispose();
  return output;
}

describe.each(['native', 'wasm'] as const)('on the %s engine', (engine) => {
  describe.skipIf(engine === 'native' && !hasNative())('the course’s exercise', () => {
    beforeAll(async () => {
      await tf.setBackend(await startBackend(engine));
    });

    it.each<[string, Build, number[]]>([
      [
        'identityBlock',
        (x, filters) => identityBlock(x, 2, filters, 1, 'a'),
        [0.94822985, 0, 1.16101444, 2.747859, 0, 1.36677003],
      ],
      [
        'convolutionalBlock',
        (x, filters) => convolutionalBlock(x, 2, filters, 1, 'a'),
        [0.09018463, 1.23489773, 0.46822017, 0.0367176, 0, 0.65516603],
      ],
    ])('%s prints the course’s numbers', (_, build, expected) => {
      const before = tf.memory().numTensors;
      const output = run(random.numpy(1).randn(3, 4, 4, 6), [2, 4, 6], build);
      const printed = output.arraySync()[1][1][0];
      output.dispose();
      expect(printed).toHaveLength(6);
      printed.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-5));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('identityBlock with kernels of ones gives the later edition’s numbers', () => {
      const kernelInitializer = tf.initializers.ones();
      const x = tf.stack([-1, 1, 3].map((value) => tf.fill([4, 4, 3], value)));
      const output = run(x, [4, 4, 3], (input, filters) => {
        return identityBlock(input, 2, filters, 0, 'a', { kernelInitializer });
      });
      const means = output.mean(3).arraySync() as number[][][];
      const inner = [192.71, 192.71, 192.71, 96.86];
      const expected = [
        [
          [0, 0, 0, 0],
          [0, 0, 0, 0],
        ],
        [inner, [96.86, 96.86, 96.86, 48.93]],
        [
          [578.14, 578.14, 578.14, 290.57],
          [290.57, 290.57, 290.57, 146.78],
        ],
      ];
      const rows = means.map((example) => [example[0], example[3]]);
      expect(rows.map((pair) => pair.map((row) => row.map((mean) => Number(mean.toFixed(2)))))).toEqual(
        expected,
      );
    });
  });
});

describe('resnet50', () => {
  const counts = (model: tf.LayersModel) => ({
    total: model.countParams(),
    trainable: model.trainableWeights.reduce(
      (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
      0,
    ),
  });

  it('has the course’s parameters, shapes and names', () => {
    const zeros = tf.initializers.zeros(); // 23 million numbers that nobody reads
    const before = tf.memory().numTensors;
    const model = resnet50({ inputShape: [64, 64, 3], classes: 6, kernelInitializer: zeros });
    expect(counts(model)).toEqual({ total: 23_600_006, trainable: 23_546_886 });
    expect(model.outputs[0].shape).toEqual([null, 6]);
    const shapes = ['res2a_relu', 'res3d_relu', 'res4f_relu', 'res5c_relu', 'avg_pool'];
    expect(shapes.map((name) => (model.getLayer(name).output as tf.SymbolicTensor).shape.slice(1))).toEqual([
      [15, 15, 256],
      [8, 8, 512],
      [4, 4, 1024],
      [2, 2, 2048],
      [1, 1, 2048],
    ]);
    const weighted = model.layers.filter((layer) => layer.weights.length > 0).map(({ name }) => name);
    expect(weighted).toHaveLength(2 * 53 + 1);
    expect(weighted).toEqual(
      expect.arrayContaining([
        'conv1',
        'bn_conv1',
        'res2a_branch1',
        'bn4f_branch2c',
        'res5c_branch2b',
        'fc6',
      ]),
    );
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes other pictures and classes', () => {
    const kernelInitializer = tf.initializers.zeros();
    const model = resnet50({ inputShape: [37, 50, 1], classes: 2, kernelInitializer });
    expect(model.outputs[0].shape).toEqual([null, 2]);
    expect(model.layers.at(-1)!.name).toBe('fc2');
    model.dispose();
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a small picture', () => resnet50({ inputShape: [36, 64, 3] }), /from \[37, 37, 1\], got \[36, 64, 3\]/],
    ['half a channel', () => resnet50({ inputShape: [64, 64, 0.5] }), /got \[64, 64, 0.5\]/],
    ['one class', () => resnet50({ classes: 1 }), /whole number from 2, got 1/],
    [
      'channels that cannot be added',
      () => identityBlock(tf.input({ shape: [8, 8, 3] }), 3, [4, 4, 8], 2, 'b'),
      /\[examples, height, width, 8\], got \[null, 8, 8, 3\]. .*convolutionalBlock/,
    ],
  ])('%s is refused', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
