import { tf } from '../../tf';
import { op, type Case, type Op } from './case';

type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
type Stride = number | [number, number];

const strides = [1, 2] as const;
const paddings = ['valid', 'same'] as const;
const noPad = { notNative: "takes no padding but 'valid' and 'same'" };

function everyStride(
  name: string,
  shapes: string[],
  make: (stride: 1 | 2, pad: 'valid' | 'same') => Op,
): Case[] {
  return shapes.flatMap((shape) =>
    strides.flatMap((stride) =>
      paddings.map((pad) => op(`${name} stride ${stride} ${pad}`, shape, make(stride, pad))),
    ),
  );
}

const conv2d =
  (stride: Stride, pad: Pad, dilation = 1): Op =>
  (x: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.conv2d(x, filter, stride, pad, 'NHWC', dilation);

const conv2dShapes = [
  '2x7x6x3 3x3x3x4',
  '1x8x9x1 5x5x1x2',
  '3x6x6x2 2x2x2x3',
  '2x5x5x4 1x1x4x6',
  '1x9x7x2 4x3x2x5',
  '2x8x8x3 7x7x3x2',
];

const conv2dCases = [
  ...everyStride('conv2d', conv2dShapes, conv2d),
  op('conv2d stride 3x2 valid', '2x11x9x2 3x3x2x3', conv2d([3, 2], 'valid')),
  op('conv2d stride 3 same', '1x10x10x2 2x2x2x3', conv2d(3, 'same')),
  op('conv2d pad 1', '2x6x6x3 3x3x3x2', conv2d(1, 1), noPad),
  op('conv2d pad 3 stride 2', '1x12x12x3 7x7x3x4', conv2d(2, 3), noPad),
  op('conv2d pad wider than the filter', '1x5x5x2 2x2x2x3', conv2d(1, 3), noPad),
  op('conv2d pad 1 around single pixels', '1x5x5x2 1x1x2x3', conv2d(1, 1), noPad),
  op('conv2d uneven pad', '1x6x7x2 3x3x2x3', conv2d(2, [[0, 0], [0, 1], [2, 1], [0, 0]]), noPad), // prettier-ignore
  op('conv2d dilation 2 valid', '2x9x9x2 3x3x2x3', conv2d(1, 'valid', 2), { forwardOnly: true }),
  op('conv2d dilation 2 same', '2x9x8x2 3x3x2x3', conv2d(1, 'same', 2), { forwardOnly: true }),
  op('conv2dTranspose stride 2', '2x4x5x3 3x3x2x3', (x: tf.Tensor4D, filter: tf.Tensor4D) =>
    tf.conv2dTranspose(x, filter, [2, 8, 10, 2], 2, 'same'),
  ),
  op('conv1d', '2x9x3 3x3x4', (x: tf.Tensor3D, filter: tf.Tensor3D) => tf.conv1d(x, filter, 1, 'same')),
  op(
    'fused conv2d, bias, relu',
    '2x6x6x2 3x3x2x4 4',
    (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D) =>
      tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' }),
    { forwardOnly: true },
  ),
];

const depthwiseCases = everyStride(
  'depthwiseConv2d',
  ['2x7x6x3 3x3x3x2', '1x6x6x4 2x2x4x1'],
  (stride, pad) => (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.depthwiseConv2d(x, filter, stride, pad),
);

// Odd sizes where a filter is smaller than the stride: tfjs pads even ones by a negative amount.
const conv3dShapes = [
  '2x5x6x4x2 3x3x3x2x3',
  '1x5x5x3x3 1x1x1x3x5',
  '1x6x5x7x1 2x2x2x1x2',
  '2x5x5x5x2 1x3x3x2x2',
  '1x6x5x5x2 3x1x1x2x2',
];

const conv3dCases = everyStride(
  'conv3d',
  conv3dShapes,
  (stride, pad) => (x: tf.Tensor5D, filter: tf.Tensor5D) => tf.conv3d(x, filter, stride, pad),
);

const pools: [number, number][] = [[2, 2], [3, 2], [3, 1], [2, 1], [4, 3]]; // prettier-ignore

const poolCases = pools.flatMap(([size, stride]) =>
  paddings.flatMap((pad) => {
    const label = `${size} stride ${stride} ${pad}`;
    return [
      op(`maxPool ${label}`, '2x7x8x3', (x: tf.Tensor4D) => tf.maxPool(x, size, stride, pad)),
      op(`avgPool ${label}`, '2x7x8x3', (x: tf.Tensor4D) => tf.avgPool(x, size, stride, pad)),
      op(`maxPool3d ${label}`, '2x5x7x6x2', (x: tf.Tensor5D) => tf.maxPool3d(x, size, stride, pad)),
      op(`avgPool3d ${label}`, '2x5x7x6x2', (x: tf.Tensor5D) => tf.avgPool3d(x, size, stride, pad)),
    ];
  }),
);

const globalPoolCases = [
  op('maxPool of negative values', '1x4x4x2', (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 'same'), {
    range: [-3, -1],
  }),
  op('maxPool3d of negative values', '1x4x4x4x2', (x: tf.Tensor5D) => tf.maxPool3d(x, 3, 2, 'same'), {
    range: [-3, -1],
  }),
  op('global average pooling', '2x5x6x3', (x: tf.Tensor) => tf.mean(x, [1, 2])),
  op('global average pooling 3-D', '2x3x4x3x2', (x: tf.Tensor) => tf.mean(x, [1, 2, 3])),
];

/** As tfjs-layers composes it for ranks that its own op lacks. */
const normalise: Op = (x: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) => {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  return x.sub(mean).div(variance.add(1e-3).sqrt()).mul(scale).add(offset);
};

type Channels = tf.Tensor1D;
const batchNorm: Op = (x: tf.Tensor, mean: Channels, variance: Channels, offset: Channels, scale: Channels) =>
  tf.batchNorm(x, mean, variance.abs().add<Channels>(0.5), offset, scale, 1e-3);

const batchNormCases = [
  ...['4x5 5 5', '2x4x5x3 3 3', '2x3x4x5x2 2 2'].map((shapes) =>
    op('batch norm by moments', shapes, normalise),
  ),
  ...['4x5 5 5 5 5', '2x4x5x3 3 3 3 3'].map((shapes) => op('batchNorm', shapes, batchNorm)),
];

export const convolutionCases: readonly Case[] = [
  ...conv2dCases,
  ...depthwiseCases,
  ...conv3dCases,
  ...poolCases,
  ...globalPoolCases,
  ...batchNormCases,
];
