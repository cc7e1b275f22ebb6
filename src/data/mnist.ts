import { FormatError } from './errors';
import { readIdx } from './formats/idx';
import { locate, type Located } from './sources/locate';
import { advise, fromFiles, fromTwins, isFast, nameOf, type Part, type TrainTest } from './train-test';
import { digits } from './twins/index';

const SIDE = 28;

const COMMON = {
  classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
  labelMode: 'int',
} as const;

/** The names of its authors, for each part the pictures and the labels. */
const FILES = {
  train: ['mnist/train-images-idx3-ubyte.gz', 'mnist/train-labels-idx1-ubyte.gz'],
  test: ['mnist/t10k-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte.gz'],
} as const;

/** The file of pictures and the file of labels. */
type Pair = [images: Located, labels: Located];

async function find(part: keyof typeof FILES): Promise<Pair | undefined> {
  const images = await locate('mnist', FILES[part][0]);
  const labels = images && (await locate('mnist', FILES[part][1]));
  return labels && [images, labels];
}

function read(file: Located, sides: number) {
  return readIdx(file.path, nameOf(file), sides).catch((error: unknown) => {
    throw advise(error, file);
  });
}

async function readPart([images, labels]: Pair): Promise<Part> {
  const pictures = await read(images, 3);
  const { data } = await read(labels, 1);
  const [count, height, width] = pictures.shape;
  if (height !== SIDE || width !== SIDE || count === 0) {
    const found = `shape (${pictures.shape.join(', ')})`;
    throw advise(new FormatError(nameOf(images), `pictures of ${SIDE} × ${SIDE} pixels`, found), images);
  }
  if (data.length !== count) {
    const expected = `${count} labels, one for each picture of ${images.file}`;
    throw advise(new FormatError(nameOf(labels), expected, String(data.length)), labels);
  }
  const high = data.find((label) => label > 9);
  if (high !== undefined)
    throw advise(new FormatError(nameOf(labels), 'labels from 0 to 9', `${high}`), labels);
  return { pixels: pictures.data, labels: data, imageShape: [SIDE, SIDE, 1] };
}

/**
 * MNIST (LeCun, Cortes, Burges): handwritten digits of 28×28×1, 60,000 to train on and 10,000 to test with, from
 * CONVLAB_DATA, the cache or a download; or, where it is not to be had, synthetic digits of the same shape
 * (a tenth as many with CONVLAB_FAST=1).
 *
 * @throws FormatError when a file is there that is damaged, is something else, or does not fit the others
 * @throws DataError when a file is there but cannot be read
 */
export async function mnist(): Promise<TrainTest> {
  const train = await find('train');
  const test = train && (await find('test'));
  if (!test) {
    const share = isFast() ? 0.1 : 1;
    return fromTwins('mnist', [digits(60_000 * share, 1), digits(10_000 * share, 2)], COMMON);
  }
  const parts: [Part, Part] = [await readPart(train), await readPart(test)];
  return fromFiles('mnist', [...train, ...test], parts, COMMON);
}
