import { tf } from '../../tf';
import { op, type Case } from './case';

const valueOnly = { forwardOnly: true };

const indices = (values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
const pairs = (values: [number, number][]): tf.Tensor2D => tf.tensor2d(values, [values.length, 2], 'int32');

/** Integers 0 to classes - 1 from values in [-1, 1). */
function classesOf<T extends tf.Tensor>(x: T, classes: number): T {
  return x.abs().mul(classes).cast('int32');
}

const joiningCases = [
  op('concat of channels', '2x3x4x2 2x3x4x3', (...all: tf.Tensor[]) => tf.concat(all, 3)),
  op('concat of channels', '2x2x3x4x2 2x2x3x4x3', (...all: tf.Tensor[]) => tf.concat(all, 4)),
  op('stack, unstack', '2x3 2x3', (...all: tf.Tensor[]) => tf.unstack(tf.stack(all, 1), 2)[1]),
  op('split', '4x6', (x: tf.Tensor) => tf.split(x, [1, 2, 3], 1)[2]),
  op('pad', '2x3x4x2', (x: tf.Tensor) => tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]])), // prettier-ignore
  op('pad', '1x2x3x2x2', (x: tf.Tensor) => tf.pad(x, [[0, 0], [1, 1], [1, 1], [2, 0], [0, 0]], 0.5)), // prettier-ignore
  op('mirrorPad', '3x4', (x: tf.Tensor) => tf.mirrorPad(x, [[1, 1], [2, 1]], 'reflect'), valueOnly), // prettier-ignore
  op('split', '2x3x2x3x5', (x: tf.Tensor) => tf.split(x, [2, 3], 4)[1]),
  op('split', '2x6x2x3x2', (x: tf.Tensor) => tf.split(x, 3, 1)[1]),
  op('slice', '4x5x3', (x: tf.Tensor) => tf.slice(x, [1, 0, 1], [2, 5, 2])),
  op('slice', '2x4x5x3x3', (x: tf.Tensor) => tf.slice(x, [0, 1, 2, 1, 0], [2, 3, 2, 2, 3])),
  op('slice', '3x3x4x3x4', (x: tf.Tensor) => tf.slice(x, [1, 1, 0, 1, 2], [2, 2, 3, 2, 1])),
  op('stridedSlice', '6x5', (x: tf.Tensor) => tf.stridedSlice(x, [0, 1], [6, 5], [2, 2]), valueOnly),
];

const reshapingCases = [
  op('transpose', '2x3x4x5', (x: tf.Tensor) => tf.transpose(x, [3, 1, 2, 0])),
  op('transpose', '2x3x4x2x3', (x: tf.Tensor) => tf.transpose(x, [4, 2, 0, 3, 1])),
  op('transpose', '2x3x2x2x3x2', (x: tf.Tensor) => tf.transpose(x, [4, 2, 0, 5, 3, 1])),
  op('reverse', '3x3x2x2', (x: tf.Tensor) => tf.reverse(x, [0, 1])),
  op('tile', '2x3', (x: tf.Tensor) => tf.tile(x, [2, 2])),
  op('broadcastTo', '1x3', (x: tf.Tensor) => tf.broadcastTo(x, [4, 3])),
  op('reshape', '2x6', (x: tf.Tensor) => tf.reshape(x.mul(2), [3, 4])),
  op('expandDims, squeeze', '2x3', (x: tf.Tensor) => x.expandDims(1).mul(3).squeeze([1])),
  op('spaceToBatchND', '2x4x4x2', (x: tf.Tensor) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [2, 0]])), // prettier-ignore
  op('batchToSpaceND', '4x2x2x2', (x: tf.Tensor) => tf.batchToSpaceND(x, [2, 2], [[0, 1], [1, 0]])), // prettier-ignore
  op('depthToSpace', '1x2x3x8', (x: tf.Tensor4D) => tf.depthToSpace(x, 2), valueOnly),
];

const gatheringCases = [
  op('gather', '5x3', (x: tf.Tensor) => tf.gather(x, indices([4, 0, 0, 2]))),
  op('gather axis 1', '3x5', (x: tf.Tensor) => tf.gather(x, indices([4, 0, 0, 2]), 1)),
  op('gather by pairs', '5x3', (x: tf.Tensor) => tf.gather(x, pairs([[4, 0], [0, 2]]))), // prettier-ignore
  op('gatherND', '3x4', (x: tf.Tensor) => tf.gatherND(x, pairs([[0, 1], [2, 3]])), valueOnly), // prettier-ignore
  op('scatterND', '2x3', (x: tf.Tensor) => tf.scatterND(indices([3, 1]).expandDims(1), x, [4, 3]), valueOnly),
  op('unsortedSegmentSum', '5x3', (x: tf.Tensor) => tf.unsortedSegmentSum(x, indices([0, 2, -1, 2, 0]), 3)),
  op('topk', '3x7', (x: tf.Tensor) => tf.topk(x, 3).values, valueOnly),
  op('topk indices', '3x7', (x: tf.Tensor) => tf.topk(x, 3).indices, valueOnly),
  op('oneHot', '6', (x: tf.Tensor1D) => tf.oneHot(classesOf(x, 4), 4), valueOnly),
  op(
    'confusionMatrix',
    '9 9',
    (a: tf.Tensor1D, b: tf.Tensor1D) => tf.math.confusionMatrix(classesOf(a, 3), classesOf(b, 3), 3),
    valueOnly,
  ),
];

const boxes = [[0.1, 0.2, 0.9, 0.8], [0.5, 0, 1, 1]]; // prettier-ignore
const sizes: [number, number][] = [[7, 9], [3, 4], [10, 12], [6, 6]]; // prettier-ignore
const { image } = tf;

const imageCases = [
  ...sizes.flatMap((size) =>
    [false, true].flatMap((align) => {
      const label = `to ${size.join('x')}${align ? ', corners aligned' : ''}`;
      return [
        // A square image: where height and width differ the CPU backend's gradients of the first are wrong.
        op(`resizeBilinear ${label}`, '2x6x6x3', (x: tf.Tensor4D) => image.resizeBilinear(x, size, align)),
        op(`resizeNearest ${label}`, '2x5x6x3', (x: tf.Tensor4D) =>
          image.resizeNearestNeighbor(x, size, align),
        ),
      ];
    }),
  ),
  op(
    'resizeBilinear, half pixel centers',
    '2x5x6x3',
    (x: tf.Tensor4D) => image.resizeBilinear(x, [7, 9], false, true),
    valueOnly,
  ),
  op(
    'cropAndResize',
    '2x5x6x3',
    (x: tf.Tensor4D) => image.cropAndResize(x, boxes, [0, 1], [4, 4], 'bilinear'),
    valueOnly,
  ),
  op(
    'cropAndResize nearest',
    '2x5x6x3',
    (x: tf.Tensor4D) => image.cropAndResize(x, boxes, [1, 0], [3, 5], 'nearest', 0.5),
    valueOnly,
  ),
  op('flipLeftRight', '2x5x6x3', (x: tf.Tensor4D) => image.flipLeftRight(x), valueOnly),
  op('rotateWithOffset', '2x5x6x3', (x: tf.Tensor4D) => image.rotateWithOffset(x, 0.3), {
    ...valueOnly,
    notNative: 'has no such kernel',
  }),
  op('localResponseNormalization', '2x5x6x3', (x: tf.Tensor4D) =>
    tf.localResponseNormalization(x, 2, 1, 0.5, 0.75),
  ),
];

export const arrangementCases: readonly Case[] = [
  ...joiningCases,
  ...reshapingCases,
  ...gatheringCases,
  ...imageCases,
];
