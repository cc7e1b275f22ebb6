import { InputError } from '../../basics/errors';
import type { Colour } from '../../image/colour';
import type { LabelMode } from '../dataset';
import { checkAugmentation, type Augmentation } from './augment';

/** How a folder of pictures is read, as in Keras' `image_dataset_from_directory` where not said otherwise. */
export interface ImageFolderOptions {
  /** [height, width] of all pictures in pixels; default [256, 256]. */
  size?: readonly [number, number];
  /** Pictures in a batch; default 32. */
  batch?: number;
  /** Another order in each pass; default true. */
  shuffle?: boolean;
  /** Of the order, of the split and of the changes; default 1, so that the same cell gives the same numbers. */
  seed?: number;
  /** One of two parts; see {@link ImageFolder.split}, which gives both at once. */
  split?: { fraction: number; part: 'training' | 'validation' };
  /** Folder names in the order of their class numbers; default all, sorted. */
  classes?: readonly string[];
  /** Default `binary` for two classes, else `categorical`. (Keras' default is `int`.) */
  labelMode?: LabelMode;
  /** Multiplies each value of 0 to 255; default 1/255. (Keras leaves it to a layer: 1.) */
  rescale?: number;
  /** `rgb` gives three channels, `grey` one; opacity is dropped. Default `rgb`. */
  colour?: Colour;
  /** Smooth before reducing, as PIL does; default false, as Keras. */
  antialias?: boolean;
  /** Random changes of the pictures in each pass; default none. */
  augment?: Augmentation;
  /** Decoded pictures are kept up to this many bytes; default 1 GiB. The rest is decoded again in each pass. */
  cacheBytes?: number;
}

/** The options of a picture folder that do not depend on where it is. */
export type Settings = Required<Omit<ImageFolderOptions, 'split' | 'classes' | 'labelMode'>> & {
  labelMode: LabelMode | undefined;
};

/**
 * The options with their defaults.
 *
 * @param where the function that was called, for messages
 * @throws InputError when an option is out of its range
 */
export function withDefaults(where: string, options: ImageFolderOptions): Settings {
  const settings: Settings = {
    size: [256, 256],
    batch: 32,
    shuffle: true,
    seed: 1,
    rescale: 1 / 255,
    colour: 'rgb',
    antialias: false,
    augment: {},
    cacheBytes: 2 ** 30,
    labelMode: undefined,
    ...given(options),
  };
  const { size, batch, seed, rescale, colour, cacheBytes } = settings;
  const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side <= 8192;
  const isPair = (sides: readonly number[]) => sides.length === 2;
  const expect = (isRight: boolean, expected: string, received: unknown) => {
    if (!isRight) throw new InputError(where, expected, JSON.stringify(received));
  };
  expect(isPair(size) && size.every(isSide), 'size to be [height, width], 1 to 8192 pixels', size);
  expect(Number.isInteger(batch) && batch >= 1, 'batch to be a whole number from 1', batch);
  expect(Number.isInteger(seed), 'seed to be a whole number', seed);
  expect(Number.isFinite(rescale), 'rescale to be a number', rescale);
  expect(['rgb', 'grey'].includes(colour), `colour to be 'rgb' or 'grey'`, colour);
  expect(cacheBytes >= 0, 'cacheBytes to be a number from 0', cacheBytes);
  checkAugmentation(where, settings.augment);
  return settings;
}

/** Without what is explicitly undefined, which would hide a default. */
function given(options: ImageFolderOptions): ImageFolderOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
