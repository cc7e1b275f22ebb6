import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import {
  checkCompression,
  checkCount,
  checkLayer,
  completeOptions,
  dimensionsOf,
  type CompleteOptions,
  type DenseBlockOptions,
  type DenseLayerOptions,
  type DenseNetOptions,
  type DenseNetVariantOptions,
  type TransitionOptions,
} from './densenet-options';
import { spatialLayers } from './spatial';

/*
 * DenseNet: Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks" (2017), in the form
 * "BC" (with bottlenecks and compression), for pictures and for volumes. Layer names are those of Keras' applications,
 * so that its weights load by name; batch norms and initial weights are PyTorch's.
 */

type Features = tf.SymbolicTensor;

/** Dense layers in each block of the paper's networks. */
const variants = {
  densenet121: [6, 12, 24, 16],
  densenet169: [6, 12, 32, 32],
  densenet201: [6, 12, 48, 32],
  densenet264: [6, 12, 64, 48],
} as const;

/**
 * One dense layer: BN-ReLU-convolution 1, BN-ReLU-convolution 3, dropout while training, and its `growth` new channels
 * behind those of `x`. Works on pictures and volumes alike.
 * Layers: name_0_bn, _0_relu, _1_conv, _1_bn, _1_relu, _2_conv, (_dropout,) _concat.
 *
 * @throws InputError when x is neither a batch of pictures nor of volumes, or an option does not fit
 */
export function denseLayer(
  x: Features,
  { name, growth = 32, bottleneck = 4, dropout = 0, seed }: DenseLayerOptions,
): Features {
  const where = 'models.denseLayer';
  dimensionsOf(where, x);
  checkLayer(where, { growth, bottleneck, dropout });
  let grown = convolve(normReluOf(x, `${name}_0`), bottleneck * growth, 1, `${name}_1_conv`, seed);
  grown = convolve(normReluOf(grown, `${name}_1`), growth, 3, `${name}_2_conv`, seed);
  // Without a seed: tfjs would drop the same values at every step.
  if (dropout > 0) grown = apply(tf.layers.dropout({ rate: dropout, name: `${name}_dropout` }), grown);
  return tf.layers.concatenate({ name: `${name}_concat` }).apply([x, grown]) as Features;
}

/**
 * `layers` dense layers, each of which sees the channels of all before it: c channels become c + layers · growth.
 * The layers' names begin with name_block1, name_block2, …
 *
 * @throws InputError as {@link denseLayer}, and when `layers` is not a positive whole number
 */
export function denseBlock(x: Features, { layers, name, ...options }: DenseBlockOptions): Features {
  checkCount('models.denseBlock', 'layers', layers);
  for (let i = 1; i <= layers; i++) x = denseLayer(x, { ...options, name: `${name}_block${i}` });
  return x;
}

/**
 * What stands between two dense blocks: BN-ReLU-convolution 1 keeps a share of the channels, rounded down, and average
 * pooling halves each axis. Layers: name_bn, _relu, _conv, _pool.
 *
 * @throws InputError when x is neither a batch of pictures nor of volumes, or no channel would be left
 */
export function transition(x: Features, { name, compression = 0.5, seed }: TransitionOptions): Features {
  const where = 'models.transition';
  const { averagePooling } = spatialLayers[dimensionsOf(where, x)];
  checkCompression(where, compression);
  const channels = channelsOf(x);
  const kept = Math.floor(channels * compression);
  if (kept === 0) {
    const received = `${compression} of ${channels}`;
    throw new InputError(where, 'a compression that leaves at least one channel', received);
  }
  const fewer = convolve(normReluOf(x, name), kept, 1, `${name}_conv`, seed);
  return apply(averagePooling({ poolSize: 2, strides: 2, name: `${name}_pool` }), fewer);
}

/**
 * A DenseNet for pictures or volumes: a 7×7 convolution and 3×3 max pooling, each of stride 2, then dense blocks with
 * transitions between them, BN-ReLU, global average pooling and a dense layer.
 * Its layers have Keras' names: conv1_pad, conv1_conv, conv1_bn, conv1_relu, pool1_pad, pool1, then blocks conv2, conv3 …
 * ({@link denseBlock}) with transitions pool2, pool3 … ({@link transition}), then bn, relu, avg_pool, predictions.
 *
 * The output is PyTorch's logits, not Keras' probabilities: `tf.softmax` makes them probabilities, and
 * `tf.losses.softmaxCrossEntropy` is the loss.
 *
 * @returns a model from [examples, …inputShape] to [examples, classes], not compiled
 * @throws InputError when an option does not fit, or the input is too small for its blocks
 */
export function denseNet(options: DenseNetOptions): tf.LayersModel {
  return build('densenet', options);
}

/** {@link denseNet} with blocks of 6, 12, 24 and 16 layers: 7,978,856 trainable parameters, 12,267,624 in 3-D. */
export function denseNet121(options: DenseNetVariantOptions): tf.LayersModel {
  return variant('densenet121', options);
}

/** {@link denseNet} with blocks of 6, 12, 32 and 32 layers: 14,149,480 trainable parameters, 20,207,720 in 3-D. */
export function denseNet169(options: DenseNetVariantOptions): tf.LayersModel {
  return variant('densenet169', options);
}

/** {@link denseNet} with blocks of 6, 12, 48 and 32 layers: 20,013,928 trainable parameters, 27,251,816 in 3-D. */
export function denseNet201(options: DenseNetVariantOptions): tf.LayersModel {
  return variant('densenet201', options);
}

/** {@link denseNet} with blocks of 6, 12, 64 and 48 layers: 33,337,704 trainable parameters, 42,934,888 in 3-D. */
export function denseNet264(options: DenseNetVariantOptions): tf.LayersModel {
  return variant('densenet264', options);
}

function variant(name: keyof typeof variants, options: DenseNetVariantOptions): tf.LayersModel {
  return build(name, { ...options, blocks: variants[name] });
}

function build(name: string, given: DenseNetOptions): tf.LayersModel {
  const options = completeOptions(given);
  const { blocks, inputShape, classes, seed } = options;
  const input = tf.input({ shape: [...inputShape] });
  let x = stem(input, options);
  blocks.forEach((layers, i) => {
    if (i > 0) x = transition(x, { ...options, name: `pool${i + 1}` });
    x = denseBlock(x, { ...options, layers, name: `conv${i + 2}` });
  });
  const { globalAveragePooling } = spatialLayers[options.dimensions];
  x = apply(globalAveragePooling({ name: 'avg_pool' }), normRelu(x, 'bn', 'relu'));
  x = apply(
    tf.layers.dense({ units: classes, name: 'predictions', kernelInitializer: linearWeights(seed) }),
    x,
  );
  return tf.model({ name, inputs: input, outputs: x });
}

/** Each of its two padded steps halves every axis, rounding up. */
function stem(input: Features, { dimensions, initial, seed }: CompleteOptions): Features {
  const { zeroPadding, maxPooling } = spatialLayers[dimensions];
  let x = apply(zeroPadding({ padding: 3, name: 'conv1_pad' }), input);
  x = convolve(x, initial, 7, 'conv1_conv', seed, { strides: 2, padding: 'valid' });
  x = normReluOf(x, 'conv1');
  // No window is all padding, and behind a ReLU nothing is below zero: so zeros pad as well as PyTorch's -∞.
  x = apply(zeroPadding({ padding: 1, name: 'pool1_pad' }), x);
  return apply(maxPooling({ poolSize: 3, strides: 2, name: 'pool1' }), x);
}

function normReluOf(x: Features, name: string): Features {
  return normRelu(x, `${name}_bn`, `${name}_relu`);
}

/** Momentum and epsilon as in PyTorch. */
function normRelu(x: Features, normName: string, reluName: string): Features {
  const normal = apply(tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, name: normName }), x);
  return apply(tf.layers.activation({ activation: 'relu', name: reluName }), normal);
}

function convolve(
  x: Features,
  filters: number,
  kernelSize: number,
  name: string,
  seed: number | undefined,
  options: { strides?: number; padding?: 'same' | 'valid' } = {},
): Features {
  const dimensions = x.rank === 4 ? 2 : 3;
  const inputs = channelsOf(x) * kernelSize ** dimensions;
  const layer = spatialLayers[dimensions].conv({
    name,
    filters,
    kernelSize,
    padding: 'same',
    useBias: false,
    kernelInitializer: heNormal(inputs, seedOf(name, seed)),
    ...options,
  });
  return apply(layer, x);
}

/**
 * He's initial weights: normal, with a variance of 2 / inputs. (tfjs' own `heNormal` cuts off what lies beyond two
 * standard deviations, which leaves a variance of 1.55 / inputs.)
 */
function heNormal(inputs: number, seed: number | undefined) {
  return tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / inputs), seed });
}

/** As PyTorch's linear layer: uniform in ±1 / √inputs. */
function linearWeights(seed: number | undefined) {
  return tf.initializers.varianceScaling({
    scale: 1 / 3,
    mode: 'fanIn',
    distribution: 'uniform',
    seed: seedOf('predictions', seed),
  });
}

/** A seed for each layer by its name, so that a network built piece by piece gets the weights of one built whole. */
function seedOf(name: string, seed: number | undefined): number | undefined {
  if (seed === undefined) return undefined;
  let hash = 0x811c9dc5 ^ seed;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  // Never 0, which some of tfjs's generators take for no seed.
  return 1 + (hash >>> 1);
}

function apply(layer: tf.layers.Layer, x: Features): Features {
  return layer.apply(x) as Features;
}

function channelsOf(x: Features): number {
  return x.shape[x.rank - 1]!;
}
