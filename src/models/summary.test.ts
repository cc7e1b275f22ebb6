import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { $display } from '../plot/display';
import { customLenet, happyOrSad, horseOrHuman, lenet5, summary, torchSummary } from './index';

beforeAll(() => ready());

/** Keras 3.15's `model.summary()` in a wide terminal, for the same three networks. */
const KERAS = {
  lenet5: `
Model: "lenet5"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┓
┃ Layer (type)                         ┃ Output Shape                ┃         Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━┩
│ conv1 (Conv2D)                       │ (None, 28, 28, 6)           │             156 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ pool1 (MaxPooling2D)                 │ (None, 14, 14, 6)           │               0 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ conv2 (Conv2D)                       │ (None, 10, 10, 16)          │           2,416 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ pool2 (MaxPooling2D)                 │ (None, 5, 5, 16)            │               0 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ flatten (Flatten)                    │ (None, 400)                 │               0 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ dense1 (Dense)                       │ (None, 120)                 │          48,120 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ dense2 (Dense)                       │ (None, 84)                  │          10,164 │
├──────────────────────────────────────┼─────────────────────────────┼─────────────────┤
│ output (Dense)                       │ (None, 10)                  │             850 │
└──────────────────────────────────────┴─────────────────────────────┴─────────────────┘
 Total params: 61,706 (241.04 KB)
 Trainable params: 61,706 (241.04 KB)
 Non-trainable params: 0 (0.00 B)`,
  residual: `
Model: "residual"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)                  ┃ Output Shape              ┃         Param # ┃ Connected to               ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│ input (InputLayer)            │ (None, 8, 8, 3)           │               0 │ -                          │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ res2a_branch2a_with_long_name │ (None, 8, 8, 6)           │              24 │ input[0][0]                │
│ (Conv2D)                      │                           │                 │                            │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ bn2a_branch2a                 │ (None, 8, 8, 6)           │              24 │ res2a_branch2a_with_long_… │
│ (BatchNormalization)          │                           │                 │                            │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ relu2a (Activation)           │ (None, 8, 8, 6)           │               0 │ bn2a_branch2a[0][0]        │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ res2a_branch1 (Conv2D)        │ (None, 8, 8, 6)           │              24 │ input[0][0]                │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ add2a (Add)                   │ (None, 8, 8, 6)           │               0 │ relu2a[0][0],              │
│                               │                           │                 │ res2a_branch1[0][0]        │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ pool (GlobalAveragePooling2D) │ (None, 6)                 │               0 │ add2a[0][0]                │
├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
│ fc6 (Dense)                   │ (None, 6)                 │              42 │ pool[0][0]                 │
└───────────────────────────────┴───────────────────────────┴─────────────────┴────────────────────────────┘
 Total params: 114 (456.00 B)
 Trainable params: 78 (312.00 B)
 Non-trainable params: 36 (144.00 B)`,
  long: `
Model: "long"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┓
┃ Layer (type)                         ┃ Output Shape                ┃         Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━┩
│ a_layer_of_a_very_long_name_that_ne… │ (None, 3)                   │              18 │
│ (Dense)                              │                             │                 │
└──────────────────────────────────────┴─────────────────────────────┴─────────────────┘
 Total params: 18 (72.00 B)
 Trainable params: 18 (72.00 B)
 Non-trainable params: 0 (0.00 B)`,
};

/** torchsummary's tables as the course prints them. */
const TORCH = {
  lenet5: `
----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1            [-1, 6, 28, 28]             156
              ReLU-2            [-1, 6, 28, 28]               0
         MaxPool2d-3            [-1, 6, 14, 14]               0
            Conv2d-4           [-1, 16, 10, 10]           2,416
              ReLU-5           [-1, 16, 10, 10]               0
         MaxPool2d-6             [-1, 16, 5, 5]               0
           Flatten-7                  [-1, 400]               0
            Linear-8                  [-1, 120]          48,120
              ReLU-9                  [-1, 120]               0
           Linear-10                   [-1, 84]          10,164
             ReLU-11                   [-1, 84]               0
           Linear-12                   [-1, 10]             850
================================================================
Total params: 61,706
Trainable params: 61,706
Non-trainable params: 0
----------------------------------------------------------------
Input size (MB): 0.00
Forward/backward pass size (MB): 0.11
Params size (MB): 0.24
Estimated Total Size (MB): 0.35
----------------------------------------------------------------`,
  customLenet: `
----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1            [-1, 6, 28, 28]             156
              ReLU-2            [-1, 6, 28, 28]               0
         MaxPool2d-3            [-1, 6, 14, 14]               0
            Conv2d-4           [-1, 16, 10, 10]           2,416
              ReLU-5           [-1, 16, 10, 10]               0
         MaxPool2d-6             [-1, 16, 5, 5]               0
            Conv2d-7             [-1, 32, 1, 1]          12,832
              ReLU-8             [-1, 32, 1, 1]               0
           Flatten-9                   [-1, 32]               0
           Linear-10                  [-1, 120]           3,960
             ReLU-11                  [-1, 120]               0
           Linear-12                   [-1, 84]          10,164
             ReLU-13                   [-1, 84]               0
           Linear-14                   [-1, 10]             850
================================================================
Total params: 30,378
Trainable params: 30,378
Non-trainable params: 0
----------------------------------------------------------------
Input size (MB): 0.00
Forward/backward pass size (MB): 0.11
Params size (MB): 0.12
Estimated Total Size (MB): 0.23
----------------------------------------------------------------`,
};

function residual(): tf.LayersModel {
  const { layers } = tf;
  const input = tf.input({ shape: [8, 8, 3], name: 'input' });
  const conv = (name: string, trainable = true) =>
    layers.conv2d({ name, filters: 6, kernelSize: 1, trainable });
  let main = conv('res2a_branch2a_with_long_name', false).apply(input);
  main = layers.batchNormalization({ name: 'bn2a_branch2a' }).apply(main);
  main = layers.activation({ name: 'relu2a', activation: 'relu' }).apply(main);
  const shortcut = conv('res2a_branch1').apply(input);
  const sum = layers.add({ name: 'add2a' }).apply([main, shortcut] as tf.SymbolicTensor[]);
  const pooled = layers.globalAveragePooling2d({ name: 'pool' }).apply(sum);
  const outputs = layers.dense({ name: 'fc6', units: 6, activation: 'softmax' }).apply(pooled);
  return tf.model({ name: 'residual', inputs: input, outputs: outputs as tf.SymbolicTensor });
}

function long(): tf.LayersModel {
  const name = 'a_layer_of_a_very_long_name_that_needs_to_be_folded_somewhere';
  return tf.sequential({ name: 'long', layers: [tf.layers.dense({ name, units: 3, inputShape: [5] })] });
}

describe('models.summary', () => {
  it.each([
    ['lenet5', () => lenet5()],
    ['residual', residual],
    ['long', long],
  ] as const)('of %s is what Keras prints', (name, build) => {
    expect(`\n${String(summary(build()))}`).toBe(KERAS[name]);
  });

  it('counts a model’s own connections alone', () => {
    const model = residual();
    const input = tf.input({ shape: [8, 8, 3] });
    model.layers[1].apply(input);
    expect(`\n${String(summary(model))}`).toBe(KERAS.residual);
  });

  it('lists the layers of a functional chain, its input among them, without connections', () => {
    const input = tf.input({ shape: [4], name: 'four' });
    const outputs = tf.layers.dense({ name: 'two', units: 2 }).apply(input) as tf.SymbolicTensor;
    const text = String(summary(tf.model({ inputs: input, outputs })));
    expect(text).toContain(
      '│ four (InputLayer)                    │ (None, 4)                   │               0 │',
    );
    expect(text).not.toContain('Connected to');
  });

  it('has sizes up to what they are', () => {
    expect(String(summary(happyOrSad()))).toContain('Total params: 40,198,145 (153.34 MB)');
    expect(String(summary(horseOrHuman()))).toContain('Total params: 1,704,097 (6.50 MB)');
  });

  it('shows itself as a small table, with names escaped', () => {
    const model = tf.sequential({ name: '<b>', layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const bundle = summary(model)[$display]();
    expect(bundle['text/html']).not.toContain('<b><b>');
    const html = String(summary(residual())[$display]()['text/html']);
    expect(html).toContain(
      '<td>res2a_branch2a_with_long_name (Conv2D)</td><td>(None, 8, 8, 6)</td><td>24</td>',
    );
    expect(html.length).toBeLessThan(2000);
  });

  it('is refused for nothing', () => {
    expect(() => summary(tf.sequential())).toThrow(InputError);
  });
});

describe('models.torchSummary', () => {
  it.each([
    ['lenet5', lenet5],
    ['customLenet', customLenet],
  ] as const)('of %s is the course’s table', (name, build) => {
    expect(`\n${torchSummary(build())}`).toBe(TORCH[name]);
  });

  it('takes activations for modules, wherever they stand', () => {
    const { dense, activation, dropout } = tf.layers;
    const model = tf.sequential({
      layers: [
        dense({ units: 2, inputShape: [3] }),
        activation({ activation: 'tanh' }),
        dropout({ rate: 0.5 }),
        dense({ units: 1, activation: 'sigmoid' }),
      ],
    });
    const names = [...torchSummary(model).matchAll(/^ +([A-Z]\w+-\d) /gm)].map((match) => match[1]);
    expect(names).toEqual(['Linear-1', 'Tanh-2', 'Dropout-3', 'Linear-4', 'Sigmoid-5']);
  });

  it('is refused for what it does not know', () => {
    expect(() => torchSummary(residual())).toThrow(
      /layers of the kinds Conv2D, .*got BatchNormalization \(bn2a/,
    );
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, activation: 'selu', inputShape: [1] })],
    });
    expect(() => torchSummary(model)).toThrow(InputError);
  });
});
