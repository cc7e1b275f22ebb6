import type { tf } from '../../engine/index';
import type { Builder } from '../builder';
import { constant, type Value } from '../ir';
import { cast, withAttrs, type Lowering, type Lowerings } from './lowering';
import { channelsFirst, channelsLast } from './window';

type Attrs = tf.ResizeBilinearAttrs;
type Mode = 'linear' | 'nearest';

/** Where along an axis of `input` pixels the output's pixel `at` takes its value from. */
function source(
  at: number,
  input: number,
  output: number,
  { alignCorners, halfPixelCenters }: Attrs,
): number {
  if (alignCorners && output > 1) return (at * (input - 1)) / (output - 1);
  return halfPixelCenters ? ((at + 0.5) * input) / output - 0.5 : (at * input) / output;
}

function nearestPixel(at: number, attrs: Attrs): number {
  return attrs.alignCorners || attrs.halfPixelCenters ? Math.floor(at + 0.5) : Math.floor(at);
}

/** How much of each input pixel each output pixel takes, [output, input]. */
function weights(input: number, output: number, mode: Mode, attrs: Attrs): Value {
  const matrix = new Float32Array(output * input);
  const put = (row: number, column: number, share: number): void => {
    matrix[row * input + Math.min(input - 1, Math.max(0, column))] += share;
  };
  for (let row = 0; row < output; row++) {
    const at = source(row, input, output, attrs);
    if (mode === 'nearest') put(row, nearestPixel(at, attrs), 1);
    else {
      const clipped = Math.max(0, at);
      const below = Math.floor(clipped);
      put(row, below, 1 - (clipped - below));
      put(row, below + 1, clipped - below);
    }
  }
  return constant(matrix, [output, input], 'float32');
}

/**
 * Resizing is linear in the picture: a product with the rows' shares from the left and the columns' from the right. It
 * leaves the batch alone; ONNX's Resize does so by its `axes`, which onnxruntime 1.30 gets wrong where it moves a
 * transposition over it.
 */
const resize = (mode: Mode): Lowering =>
  withAttrs<Attrs>((b, { inputs: { images }, attrs }) => {
    const [, height, width] = images.shape;
    const [outHeight, outWidth] = attrs.size;
    const columns = b.transpose(weights(width, outWidth, mode, attrs), [1, 0]);
    return products(b, weights(height, outHeight, mode, attrs), images, columns);
  });

/** The gradient is the transposed product. */
const resizeGradient = (mode: Mode): Lowering =>
  withAttrs<Attrs>((b, { inputs: { images, dy }, attrs }) => {
    const [, height, width] = images.shape;
    const [, outHeight, outWidth] = dy.shape;
    const rows = b.transpose(weights(height, outHeight, mode, attrs), [1, 0]);
    return products(b, rows, dy, weights(width, outWidth, mode, attrs));
  });

/** Every map of [n, h, w, c] between two matrices. */
function products(b: Builder, rows: Value, x: Value, columns: Value): Value {
  const maps = channelsFirst(b, cast(b, x, 'float32'));
  return channelsLast(b, b.op('MatMul', [rows, b.op('MatMul', [maps, columns])]));
}

export const resizeLowerings: Lowerings = {
  ResizeBilinear: resize('linear'),
  ResizeBilinearGrad: resizeGradient('linear'),
  ResizeNearestNeighbor: resize('nearest'),
  ResizeNearestNeighborGrad: resizeGradient('nearest'),
};
