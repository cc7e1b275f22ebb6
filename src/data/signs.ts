import { FormatError } from './errors';
import { readHdf5 } from './formats/hdf5';
import { locate, type Located } from './sources/locate';
import { advise, fromFiles, fromTwins, isFast, nameOf, type Part, type TrainTest } from './train-test';
import { handSigns } from './twins/index';

const SIDE = 64;

const COMMON = {
  classNames: Array.from({ length: 6 }, (_, digit) => String(digit)),
  labelMode: 'categorical',
} as const;

async function read(file: Located, part: 'train' | 'test'): Promise<Part> {
  const name = nameOf(file);
  const wanted = { [`${part}_set_x`]: 4, [`${part}_set_y`]: 1 };
  const arrays = await readHdf5(file.path, name, wanted);
  const [{ shape, data: pixels }, { data: labels }] = Object.values(arrays);
  const [count, height, width, channels] = shape;
  if (height !== SIDE || width !== SIDE || channels !== 3 || count === 0) {
    throw new FormatError(name, `pictures of ${SIDE} × ${SIDE} × 3`, `shape (${shape.join(', ')})`);
  }
  if (labels.length !== count) {
    throw new FormatError(name, `${count} labels, one for each picture`, String(labels.length));
  }
  const high = labels.find((label) => label > 5);
  if (high !== undefined) throw new FormatError(name, 'labels from 0 to 5', String(high));
  return { pixels, labels, imageShape: [SIDE, SIDE, 3] };
}

function readPart(file: Located, part: 'train' | 'test'): Promise<Part> {
  return read(file, part).catch((error: unknown) => {
    throw advise(error, file);
  });
}

/**
 * SIGNS (deeplearning.ai, Convolutional Neural Networks): photographs of hands that show 0 to 5, 64×64×3, 1,080 to
 * train on and 120 to test with, from CONVLAB_DATA, the cache or a download; or, where it is not to be had,
 * synthetic hands of the same shape (a fifth as many to train on and 48 to test with, with CONVLAB_FAST=1).
 *
 * @throws FormatError when a file is there that is damaged or is something else
 * @throws DataError when a file is there but cannot be read
 */
export async function signs(): Promise<TrainTest> {
  const train = await locate('signs', 'signs/train_signs.h5');
  const test = train && (await locate('signs', 'signs/test_signs.h5'));
  if (!test) {
    const [forTraining, forTest] = isFast() ? [216, 48] : [1080, 120];
    return fromTwins('signs', [handSigns(forTraining, 1), handSigns(forTest, 2)], COMMON);
  }
  const parts: [Part, Part] = [await readPart(train, 'train'), await readPart(test, 'test')];
  return fromFiles('signs', [train, test], parts, COMMON);
}
