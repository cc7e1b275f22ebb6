import type { Raster } from './png';

/** 8-bit pixels in an array of their own. */
export type Pixels = Raster & { data: Uint8Array };

/**
 * Bilinear resampling, its result rounded to 8 bits.
 *
 * @param antialias false: the four neighbours of each sample, pixel centres at one half: TensorFlow's
 *   `tf.image.resize`, hence Keras' `image_dataset_from_directory`. A strong reduction leaves most pixels unseen.
 *   true: a triangle as wide as the reduction, so that every pixel counts: PIL's `resize(…, BILINEAR)`, hence
 *   torchvision's `Resize` on pictures. For enlargements the two agree.
 */
export function resize(picture: Pixels, width: number, height: number, antialias: boolean): Pixels {
  if (picture.width === width && picture.height === height) return picture;
  const data = antialias ? triangle(picture, width, height) : neighbours(picture, width, height);
  return { width, height, channels: picture.channels, data };
}

/** For each of `size` samples: the pixels before and after it, and how far it lies between them. */
function samples(size: number, from: number): { before: Int32Array; after: Int32Array; share: Float32Array } {
  const before = new Int32Array(size);
  const after = new Int32Array(size);
  const share = new Float32Array(size);
  const scale = Math.fround(from / size);
  for (let i = 0; i < size; i++) {
    const at = Math.fround(Math.fround(Math.fround(i + 0.5) * scale) - 0.5);
    before[i] = Math.max(0, Math.floor(at));
    after[i] = Math.min(from - 1, Math.ceil(at));
    share[i] = at - Math.floor(at);
  }
  return { before, after, share };
}

function neighbours(
  { data, width, height, channels }: Pixels,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight * channels);
  const columns = samples(toWidth, width);
  const rows = samples(toHeight, height);
  let i = 0;
  for (let y = 0; y < toHeight; y++) {
    const top = rows.before[y] * width;
    const bottom = rows.after[y] * width;
    const down = rows.share[y];
    for (let x = 0; x < toWidth; x++) {
      const left = columns.before[x];
      const right = columns.after[x];
      const along = columns.share[x];
      for (let c = 0; c < channels; c++) {
        const topLeft = data[(top + left) * channels + c];
        const bottomLeft = data[(bottom + left) * channels + c];
        const upper = topLeft + (data[(top + right) * channels + c] - topLeft) * along;
        const lower = bottomLeft + (data[(bottom + right) * channels + c] - bottomLeft) * along;
        out[i++] = upper + (lower - upper) * down + 0.5;
      }
    }
  }
  return out;
}

/** Weights in whole numbers of this fraction, as PIL's `Resample.c` has them. */
const ONE = 1 << 22;

/** For each sample the first pixel it takes from, how many, and their weights. */
interface Weights {
  first: Int32Array;
  count: Int32Array;
  weight: Int32Array;
  /** Weights of one sample. */
  stride: number;
}

function weightsFor(size: number, from: number): Weights {
  const scale = from / size;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const weights = { first: new Int32Array(size), count: new Int32Array(size), stride };
  const weight = new Int32Array(size * stride);
  for (let i = 0; i < size; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const triangle = Array.from({ length: count }, (_, k) =>
      Math.max(0, 1 - Math.abs((k + first - centre + 0.5) / support)),
    );
    const sum = triangle.reduce((a, b) => a + b, 0);
    triangle.forEach((value, k) => (weight[i * stride + k] = Math.trunc(0.5 + (value / sum) * ONE)));
    weights.first[i] = first;
    weights.count[i] = count;
  }
  return { ...weights, weight };
}

/** Along rows, then along columns, each pass rounded to 8 bits. */
function triangle({ data, width, height, channels }: Pixels, toWidth: number, toHeight: number): Uint8Array {
  const across = new Uint8Array(toWidth * height * channels);
  const columns = weightsFor(toWidth, width);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    weigh(columns, row, channels, across.subarray(y * toWidth * channels));
  }
  const out = new Uint8Array(toWidth * toHeight * channels);
  weighRows(weightsFor(toHeight, height), across, toWidth * channels, out);
  return out;
}

/** One row's samples, each the weighted sum of its pixels. */
function weigh(
  { first, count, weight, stride }: Weights,
  row: Uint8Array,
  channels: number,
  out: Uint8Array,
): void {
  for (let x = 0; x < first.length; x++) {
    for (let c = 0; c < channels; c++) {
      let sum = ONE / 2;
      for (let k = 0; k < count[x]; k++) sum += row[(first[x] + k) * channels + c] * weight[x * stride + k];
      out[x * channels + c] = sum / ONE;
    }
  }
}

/** Rows of samples, each the weighted sum of whole rows. */
function weighRows(
  { first, count, weight, stride }: Weights,
  rows: Uint8Array,
  length: number,
  out: Uint8Array,
): void {
  const sums = new Float64Array(length);
  for (let y = 0; y < first.length; y++) {
    sums.fill(ONE / 2);
    for (let k = 0; k < count[y]; k++) {
      const from = (first[y] + k) * length;
      const share = weight[y * stride + k];
      for (let i = 0; i < length; i++) sums[i] += rows[from + i] * share;
    }
    for (let i = 0; i < length; i++) out[y * length + i] = sums[i] / ONE;
  }
}
