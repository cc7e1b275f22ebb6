import { FormatError } from './errors';
import { ImageSet, type ImageSetContent } from './image-set';
import type { Located } from './sources/locate';
import type { LabelledPixels } from './twins/index';

/** A data set in its published two parts. */
export interface TrainTest {
  train: ImageSet;
  test: ImageSet;
  source: ImageSet['source'];
  /** One line on which data these are, to show in a lesson. */
  note: string;
}

/** What the parts of a data set have in common. */
export type Common = Pick<ImageSetContent, 'classNames' | 'labelMode'>;

/** The pictures and labels of one part. */
export type Part = Pick<ImageSetContent, 'pixels' | 'labels' | 'imageShape'>;

/** What to call a file in messages. */
export const nameOf = ({ folder, file }: Located) => `${folder}/${file}`;

/** A reader's error with advice on what to do about the file. */
export function advise(error: unknown, { folder }: Located): unknown {
  if (!(error instanceof FormatError)) return error;
  const where =
    folder === 'CONVLAB_DATA' ? 'Put the right file there, or unset CONVLAB_DATA.' : 'Delete the file.';
  return error.advise(where);
}

/** Both parts out of files: published when each file is; else the files that are not are told in one line. */
export function fromFiles(
  title: string,
  files: readonly Located[],
  parts: [Part, Part],
  common: Common,
): TrainTest {
  const others = files.filter((file) => file.source !== 'published');
  const [source, note] =
    others.length === 0
      ? (['published', `${title}: the published data set (${counts(parts)})`] as const)
      : (['local', `${title}: not the published data set (${counts(parts)}): ${list(others)}`] as const);
  const [train, test] = parts.map((part) => new ImageSet({ ...part, ...common, source, note }));
  return { train, test, source, note };
}

/** Both parts out of a generator. */
export function fromTwins(title: string, twins: [LabelledPixels, LabelledPixels], common: Common): TrainTest {
  const parts = twins.map(({ images, labels, shape }) => ({ pixels: images, labels, imageShape: shape }));
  const note = `${title}: the files are not here, so these are synthetic pictures (${counts(parts)}, seeded)`;
  const [train, test] = parts.map((part) => new ImageSet({ ...part, ...common, source: 'synthetic', note }));
  return { train, test, source: 'synthetic', note };
}

const counts = (parts: readonly Part[]) =>
  parts.map((part) => part.labels.length.toLocaleString('en')).join(' + ');

const list = (files: readonly Located[]) =>
  files.map(({ file, folder }) => `${file} from ${folder}`).join(', ');

/** Whether lessons are to run on small parts (`CONVLAB_FAST=1`). */
export const isFast = () => process.env.CONVLAB_FAST === '1';
