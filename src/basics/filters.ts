import { InputError } from './errors';
import { GreyImage, type GreyPixels } from './grey-image';

/** A square filter of odd size, as it is written: a list of lists. */
export type Kernel = readonly (readonly number[])[];

export interface ConvolveOptions {
  /** Each sum is multiplied by this, default 1. A blur of nine ones wants 1/9, to keep the brightness. */
  weight?: number;
  /** Sums below 0 become 0 and above 255 become 255 (the default); without it they wrap around modulo 256. */
  clamp?: boolean;
  /**
   * What `kernel[i][j]` stands on. `'column-row'` (the default, the course's reading): i counts columns and
   * j rows, so the filter lies on the picture mirrored along its diagonal. `'row-column'`: i counts rows and
   * j columns, so the filter lies there as it is printed; `tf.conv2d` reads it this way.
   */
  layout?: 'column-row' | 'row-column';
}

/** One filter entry and how far from the centre its pixel lies in the picture's data. */
interface Tap {
  offset: number;
  factor: number;
}

function checkKernel(kernel: Kernel): void {
  const size = kernel.length;
  const hint = 'Write it as a list of rows, such as [[0, 1, 0], [1, -4, 1], [0, 1, 0]].';
  if (size % 2 === 0 || kernel.some((row) => row.length !== size)) {
    const received = `rows of ${kernel.map((row) => row.length).join(', ') || 'nothing'}`;
    throw new InputError('filters.convolve', 'a square filter of odd size', received, hint);
  }
  const bad = kernel.flat().find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new InputError('filters.convolve', 'finite numbers', String(bad), hint);
}

/** The filter's entries in the order they are written; the sum keeps that order, hence its rounding. */
function tapsOf(kernel: Kernel, width: number, layout: ConvolveOptions['layout']): Tap[] {
  const reach = kernel.length >> 1;
  return kernel.flatMap((row, i) =>
    row.map((factor, j) => {
      const [down, right] = layout === 'row-column' ? [i - reach, j - reach] : [j - reach, i - reach];
      return { offset: down * width + right, factor };
    }),
  );
}

/**
 * Lay the filter on each pixel, multiply, add up, weigh, clamp and cut off the fraction, as the course does
 * in Python: the border that the filter cannot cover keeps the picture's own values.
 * In the usual words this is a *correlation*; a convolution would turn the filter by 180° first.
 *
 * @param image height × width grey pixels; not changed
 * @param kernel an odd square of numbers
 * @returns a picture of the same size
 * @throws InputError for a filter that is not an odd square or not of finite numbers
 */
export function convolve(image: GreyPixels, kernel: Kernel, options: ConvolveOptions = {}): GreyImage {
  checkKernel(kernel);
  const { weight = 1, clamp = true, layout = 'column-row' } = options;
  if (!Number.isFinite(weight)) throw new InputError('filters.convolve', 'a finite weight', String(weight));
  const { width, height, data } = image;
  const taps = tapsOf(kernel, width, layout).filter((tap) => tap.factor !== 0);
  const offsets = Int32Array.from(taps, (tap) => tap.offset);
  const factors = Float64Array.from(taps, (tap) => tap.factor);
  const pixels = new Uint8Array(data); // a copy, also of a Buffer, whose slice() shares its memory
  const reach = kernel.length >> 1;
  for (let row = reach; row < height - reach; row++) {
    for (let column = reach; column < width - reach; column++) {
      const centre = row * width + column;
      let sum = 0;
      for (let k = 0; k < offsets.length; k++) sum += data[centre + offsets[k]] * factors[k];
      sum *= weight;
      if (clamp) sum = sum < 0 ? 0 : sum > 255 ? 255 : sum;
      pixels[centre] = sum; // a Uint8Array cuts the fraction off and wraps modulo 256, as NumPy's uint8 does
    }
  }
  return new GreyImage(width, height, pixels);
}

/**
 * Max pooling: the largest value of each `size` × `size` block, so that each side shrinks by `size`.
 * Pixels that fill no whole block at the right and the bottom are left out.
 *
 * @param image height × width grey pixels
 * @param size the side of a block, default 2
 * @returns ⌊height / size⌋ × ⌊width / size⌋ pixels
 * @throws InputError when no block fits
 */
export function maxPool(image: GreyPixels, size = 2): GreyImage {
  if (!Number.isInteger(size) || size < 1 || size > Math.min(image.width, image.height)) {
    const expected = `a block side from 1 to ${Math.min(image.width, image.height)}`;
    throw new InputError('filters.maxPool', expected, String(size));
  }
  const out = new GreyImage(Math.floor(image.width / size), Math.floor(image.height / size));
  for (let row = 0; row < out.height; row++) {
    for (let column = 0; column < out.width; column++) {
      out.data[row * out.width + column] = blockMax(image, row * size, column * size, size);
    }
  }
  return out;
}

function blockMax({ data, width }: GreyPixels, top: number, left: number, size: number): number {
  let max = 0;
  for (let row = top; row < top + size; row++) {
    for (let i = row * width + left; i < row * width + left + size; i++) max = Math.max(max, data[i]);
  }
  return max;
}

/** The filter mirrored along its diagonal: rows become columns. */
export function transpose(kernel: Kernel): number[][] {
  return kernel.map((row, i) => row.map((_, j) => kernel[j][i]));
}
