import type { Dataset } from './dataset';
import type { ImageFolder } from './folder/image-folder';
import type { ImageFolderOptions } from './folder/options';
import { pictureSet } from './folder/picture-set';

/** Happy (0) and sad (1) faces. */
export interface HappyOrSad {
  train: ImageFolder;
  source: Dataset['source'];
  /** One line on which pictures these are, to show in a lesson. */
  note: string;
}

/** Named as the published files are: two series of twenty for each mood. */
const NAMES = ['happy', 'sad'].map((mood) =>
  Array.from({ length: 40 }, (_, i) => `${mood}${Math.floor(i / 20) + 1}-${String(i % 20).padStart(2, '0')}`),
);

/**
 * "Happy or sad" (Laurence Moroney): 40 happy and 40 sad drawn faces, 150×150, from CONVLAB_DATA, the cache or a
 * download. Where they are not to be had, synthetic faces of the same number and size.
 *
 * @param options as of {@link imageFolder}; by default [300, 300], in batches of 16, labels `binary`
 * @throws DataError when something is there that does not hold such pictures
 * @throws InputError when an option is out of its range
 */
export async function happyOrSad(
  options: Omit<ImageFolderOptions, 'split' | 'classes'> = {},
): Promise<HappyOrSad> {
  const { parts, source, note } = await pictureSet(
    'happy-or-sad',
    ['happy', 'sad'],
    [{ archive: 'happy-or-sad.zip', options: { size: [300, 300], batch: 16, ...options }, twin: NAMES }],
  );
  return { train: parts[0], source, note };
}
