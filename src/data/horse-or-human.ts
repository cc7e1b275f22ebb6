import type { Dataset } from './dataset';
import type { ImageFolder } from './folder/image-folder';
import type { ImageFolderOptions } from './folder/options';
import { pictureSet } from './folder/picture-set';
import { isFast } from './train-test';

export interface HorseOrHumanOptions extends Omit<ImageFolderOptions, 'split' | 'classes'> {
  /** Pictures in a batch of the validation set; default 32. */
  validationBatch?: number;
}

/** Horses (0) and humans (1). */
export interface HorseOrHuman {
  train: ImageFolder;
  validation: ImageFolder;
  source: Dataset['source'];
  /** One line on which pictures these are, to show in a lesson. */
  note: string;
}

const digits = (number: number, length: number) => String(number).padStart(length, '0');

/** Named as the published files are: ten pictures of each horse, 31 of each human. */
const NAMES = {
  train: [
    Array.from({ length: 500 }, (_, i) => `horse${digits(Math.floor(i / 10) + 1, 2)}-${i % 10}`),
    Array.from({ length: 527 }, (_, i) => `human${digits(Math.floor(i / 31) + 1, 2)}-${digits(i % 31, 2)}`),
  ],
  validation: [
    Array.from({ length: 128 }, (_, i) => `horse${Math.floor(i / 22) + 1}-${digits(i % 22, 3)}`),
    Array.from(
      { length: 128 },
      (_, i) => `valhuman${digits(Math.floor(i / 26) + 1, 2)}-${digits(i % 26, 2)}`,
    ),
  ],
};

/**
 * "Horse or human" (Laurence Moroney, CC BY 2.0): 500 horses and 527 humans to train on, 128 + 128 for validation,
 * rendered in landscapes; from CONVLAB_DATA, the cache or a download. Where they are not to be had, synthetic pictures
 * of the same number and size (120 + 40 with CONVLAB_FAST=1).
 *
 * @param options as of {@link imageFolder}; by default [300, 300], in batches of 128, labels `binary`.
 *   `augment` changes the training pictures alone.
 * @throws DataError when something is there that does not hold such pictures
 * @throws InputError when an option is out of its range
 */
export async function horseOrHuman(options: HorseOrHumanOptions = {}): Promise<HorseOrHuman> {
  const { validationBatch = 32, ...others } = options;
  const forTraining = { size: [300, 300] as const, batch: 128, ...others };
  const forValidation = { ...forTraining, batch: validationBatch, augment: {}, shuffle: false };
  const few = (names: string[][], count: number) =>
    names.map((ofClass) => (isFast() ? ofClass.slice(0, count) : ofClass));
  const { parts, source, note } = await pictureSet(
    'horse-or-human',
    ['horses', 'humans'],
    [
      { archive: 'horse-or-human.zip', options: forTraining, twin: few(NAMES.train, 60) },
      { archive: 'validation-horse-or-human.zip', options: forValidation, twin: few(NAMES.validation, 20) },
    ],
  );
  const [train, validation] = parts;
  return { train, validation, source, note };
}
