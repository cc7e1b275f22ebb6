import { convolve, type Kernel } from '../../basics/filters';
import { GreyImage } from '../../basics/grey-image';
import { attempt, functionOf } from '../attempt';
import { expectedCases, type CaseSet } from '../expected';
import { judge, type Trial } from '../judge';

interface FilterCase {
  image: number[][];
  kernel: number[][];
  weight: number;
  expected: number[][];
}

interface PoolCase {
  image: number[][];
  expected: number[][];
}

type Filter = (image: GreyImage, kernel: number[][], weight: number) => unknown;
type Pool = (image: GreyImage) => unknown;

/** A grey picture from its rows. */
export function imageOf(rows: readonly number[][]): GreyImage {
  return new GreyImage(rows[0].length, rows.length, Uint8Array.from(rows.flat()));
}

/** `applyFilter(image, kernel, weight)`: the 3×3 filter read as [column][row], the border kept, 0 to 255. */
export function convolveCheck(actual: unknown, set: CaseSet): string {
  const answer = functionOf('applyFilter', actual) as Filter;
  const trials = (expectedCases('filters-convolve', set) as FilterCase[]).map((one): Trial => {
    const { image, kernel, weight, expected } = one;
    const size = `${image.length} rows of ${image[0].length} pixels`;
    const input = `a picture of ${size}, the filter ${JSON.stringify(kernel)} and the weight ${Number(weight.toPrecision(4))}`;
    const received = attempt('applyFilter', () => answer(imageOf(image), kernel, weight));
    return { input, expected, received, variants: () => filterVariants(one) };
  });
  judge(trials, 0);
  return `right for ${trials.length} pictures and filters`;
}

function filterVariants({ image, kernel, weight }: FilterCase): Record<string, unknown> {
  const grey = imageOf(image);
  const turned = kernel.map((row) => [...row].reverse()).reverse();
  const right = convolve(grey, kernel, { weight });
  const weighClamped = (value: number) => Math.min(255, Math.max(0, value)) * weight;
  return {
    'the picture is returned as it came': grey,
    'the filter is read [row][column]; here kernel[i][j] lies on column i and row j': convolve(grey, kernel, {
      weight,
      layout: 'row-column',
    }),
    'the filter is turned by 180°: a true convolution, where the correlation is asked for': convolve(
      grey,
      turned,
      {
        weight,
      },
    ),
    'the sums are not clamped to 0–255, and wrap around': convolve(grey, kernel, { weight, clamp: false }),
    'the weight is left out': convolve(grey, kernel),
    'the sum is clamped before it is weighed': interior(grey, kernel, weighClamped),
    'the sum is rounded; bytes cut the fraction off': interior(grey, kernel, (sum) =>
      Math.round(Math.min(255, Math.max(0, sum * weight))),
    ),
    'the border is black; it keeps the greys of the picture': withoutBorder(right),
    'the sum is made of pixels that were filtered before: read from the picture, write to the copy': inPlace(
      grey,
      kernel,
      weight,
    ),
    "there is no border: padding 'valid', where the result has the size of the picture": right.crop(
      1,
      1,
      right.height - 2,
      right.width - 2,
    ),
  };
}

/** The loops with another last step, on all pixels but the border. */
function interior(
  image: GreyImage,
  kernel: Kernel,
  finish: (sum: number) => number,
  out = image.copy(),
): GreyImage {
  for (let row = 1; row < image.height - 1; row++) {
    for (let column = 1; column < image.width - 1; column++) {
      let sum = 0;
      kernel.forEach((line, i) => {
        line.forEach((factor, j) => (sum += factor * image.at(row + j - 1, column + i - 1)));
      });
      out.data[row * out.width + column] = finish(sum);
    }
  }
  return out;
}

function inPlace(image: GreyImage, kernel: Kernel, weight: number): GreyImage {
  const copy = image.copy();
  return interior(copy, kernel, (sum) => Math.min(255, Math.max(0, sum * weight)), copy);
}

function withoutBorder(image: GreyImage): GreyImage {
  const out = new GreyImage(image.width, image.height);
  for (let row = 1; row < out.height - 1; row++) {
    for (let column = 1; column < out.width - 1; column++) {
      out.data[row * out.width + column] = image.at(row, column);
    }
  }
  return out;
}

/** `pool(image)`: the largest of each 2×2 block. */
export function poolCheck(actual: unknown, set: CaseSet): string {
  const answer = functionOf('pool', actual) as Pool;
  const trials = (expectedCases('filters-pool', set) as PoolCase[]).map(({ image, expected }): Trial => {
    const input = `the picture ${JSON.stringify(image)}`;
    const received = attempt('pool', () => answer(imageOf(image)));
    return { input, expected, received, variants: () => poolVariants(image) };
  });
  judge(trials, 0);
  return `right for ${trials.length} pictures`;
}

function poolVariants(image: number[][]): Record<string, unknown> {
  const pooled = (of: (block: number[]) => number, stride = 2, size = 2) => {
    const count = (side: number) => Math.floor((side - size) / stride) + 1;
    return Array.from({ length: count(image.length) }, (_, row) =>
      Array.from({ length: count(image[0].length) }, (_, column) => {
        const rows = image.slice(row * stride, row * stride + size);
        return of(rows.flatMap((line) => line.slice(column * stride, column * stride + size)));
      }),
    );
  };
  const max = (block: number[]) => Math.max(...block);
  return {
    'the picture is returned as it came': image,
    'it is average pooling: the mean of a block, not its largest': pooled((block) =>
      Math.floor(block.reduce((a, b) => a + b) / block.length),
    ),
    'it is the smallest of a block, not the largest': pooled((block) => Math.min(...block)),
    'it takes the first pixel of each block': pooled((block) => block[0]),
    'only the upper row of each block is looked at': pooled(([a, b]) => Math.max(a, b)),
    'only the left column of each block is looked at': pooled(([a, , c]) => Math.max(a, c)),
    'the stride is 1: blocks overlap, where the next one begins 2 pixels on': pooled(max, 1),
    'the blocks have 3×3 pixels': pooled(max, 2, 3),
  };
}
