/*
 * Pooling over typed arrays, channels last, in two or three dimensions (two are three with a depth of 1).
 * For kernels that a tfjs backend lacks, computes wrongly or computes slowly.
 */

/** The shape of a pooling, in tfjs's words. */
export interface PoolInfo {
  batchSize: number;
  inDepth: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outDepth: number;
  outHeight: number;
  outWidth: number;
  strideDepth: number;
  strideHeight: number;
  strideWidth: number;
  filterDepth: number;
  filterHeight: number;
  filterWidth: number;
  padInfo: { front: number; top: number; left: number };
}

/** A pooling of images as one of volumes. */
export function withDepth(
  info: Omit<PoolInfo, `${string}Depth` | 'padInfo'> & { padInfo: { top: number; left: number } },
): PoolInfo {
  const { top, left } = info.padInfo;
  return {
    ...info,
    inDepth: 1,
    outDepth: 1,
    strideDepth: 1,
    filterDepth: 1,
    padInfo: { front: 0, top, left },
  };
}

/** The part of a window that lies on the input; `start` is the offset of its first pixel's first channel. */
interface Window {
  start: number;
  depth: number;
  height: number;
  width: number;
}

/** Where along one axis a window begins and how many pixels it covers, cut at the borders. */
function span(at: number, stride: number, pad: number, size: number, limit: number): [number, number] {
  const from = at * stride - pad;
  const first = Math.max(0, from);
  return [first, Math.min(limit, from + size) - first];
}

/** Visit the windows in the order of the outputs; `output` is the offset of the output's first channel. */
function eachWindow(info: PoolInfo, visit: (window: Window, output: number) => void): void {
  const { inDepth, inHeight, inWidth, inChannels, padInfo } = info;
  let output = 0;
  for (let n = 0; n < info.batchSize; n++) {
    for (let oz = 0; oz < info.outDepth; oz++) {
      const [z, depth] = span(oz, info.strideDepth, padInfo.front, info.filterDepth, inDepth);
      for (let oy = 0; oy < info.outHeight; oy++) {
        const [y, height] = span(oy, info.strideHeight, padInfo.top, info.filterHeight, inHeight);
        for (let ox = 0; ox < info.outWidth; ox++, output += inChannels) {
          const [x, width] = span(ox, info.strideWidth, padInfo.left, info.filterWidth, inWidth);
          const start = (((n * inDepth + z) * inHeight + y) * inWidth + x) * inChannels;
          visit({ start, depth, height, width }, output);
        }
      }
    }
  }
}

/** Visit the offset of the largest value in each window, the first of equals; -1 where all are NaN. */
function eachLargest(info: PoolInfo, xs: Float32Array, visit: (at: number, output: number) => void): void {
  const { inChannels } = info;
  const row = info.inWidth * inChannels;
  const plane = info.inHeight * row;
  eachWindow(info, ({ start, depth, height, width }, output) => {
    for (let c = 0; c < inChannels; c++) {
      let largest = -Infinity;
      let winner = -1;
      for (let z = 0; z < depth; z++) {
        for (let y = 0, line = start + c + z * plane; y < height; y++, line += row) {
          for (let x = 0, at = line; x < width; x++, at += inChannels) {
            if (xs[at] > largest || winner < 0) {
              largest = xs[at]!;
              winner = at;
            }
          }
        }
      }
      visit(winner, output + c);
    }
  });
}

/** Maximum of each window. */
export function maxPool(info: PoolInfo, xs: Float32Array, out: Float32Array): void {
  eachLargest(info, xs, (at, output) => {
    out[output] = xs[at]!;
  });
}

/** Gradient of max pooling: each output's goes to the largest value of its window. */
export function maxPoolGradient(
  info: PoolInfo,
  xs: Float32Array,
  dys: Float32Array,
  out: Float32Array,
): void {
  out.fill(0);
  eachLargest(info, xs, (at, output) => {
    out[at] += dys[output];
  });
}

/**
 * Gradient of average pooling. The forward pass divides by the number of pixels that lie on the input,
 * so the gradient does too; tfjs's own divides by the window's full size, also at the borders.
 */
export function avgPoolGradient(info: PoolInfo, dys: Float32Array, out: Float32Array): void {
  const { inChannels } = info;
  const row = info.inWidth * inChannels;
  const plane = info.inHeight * row;
  out.fill(0);
  eachWindow(info, ({ start, depth, height, width }, output) => {
    const share = 1 / (depth * height * width);
    for (let z = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        let at = start + z * plane + y * row;
        for (let x = 0; x < width; x++) {
          for (let c = 0; c < inChannels; c++) out[at++] += dys[output + c] * share;
        }
      }
    }
  });
}
