import { ImageSet } from './image-set';
import { isFast } from './train-test';
import { volumes as draw } from './twins/volumes';
import { VolumeSet } from './volume-set';

/** A data set of volumes in two parts. */
export interface TrainTestVolumes {
  train: VolumeSet;
  test: VolumeSet;
  source: VolumeSet['source'];
  /** One line on which data these are, to show in a lesson. */
  note: string;
}

export interface VolumesOptions {
  /** Volumes to train on; default 256, or 48 with CONVLAB_FAST=1. */
  training?: number;
  /** Volumes to test with, others than those; default 128, or 24 with CONVLAB_FAST=1. */
  test?: number;
  /** Voxels along each axis, at least 12; default 24. */
  side?: number;
  /** The same seed gives the same volumes; default 1. */
  seed?: number;
}

/**
 * Made-up scans of side × side × side × 1 in two classes, blobs and tubes, of equal brightness and equal amount of
 * matter: only the form in space tells them apart. No published data set stands behind them. Labels are one-hot.
 *
 * @throws InputError when a count or the side is not such a whole number
 */
export function volumes(options: VolumesOptions = {}): TrainTestVolumes {
  const { training = isFast() ? 48 : 256, test = isFast() ? 24 : 128, side = 24, seed = 1 } = options;
  const count = (value: number) => value.toLocaleString('en');
  const note =
    `volumes: synthetic scans of ${side} × ${side} × ${side} voxels ` +
    `(${count(training)} + ${count(test)}, seeded)`;
  const part = (size: number, partSeed: number): VolumeSet => {
    const { volumes: pixels, labels, classNames } = draw(size, partSeed, side);
    const imageShape = [side * side, side, 1] as const;
    const content = { pixels, labels, classNames, imageShape, note } as const;
    return new VolumeSet(new ImageSet({ ...content, source: 'synthetic', labelMode: 'categorical' }), side);
  };
  // Seeds of neighbouring data sets must not meet: the test's volumes may not be another one's training volumes.
  return { train: part(training, 2 * seed), test: part(test, 2 * seed + 1), source: 'synthetic', note };
}
