import { basename, resolve } from 'node:path';
import { InputError } from '../../basics/errors';
import { Picture } from '../../image/picture';
import type { Pixels } from '../../image/resize';
import type { Batch, BatchOptions, Dataset, LabelMode } from '../dataset';
import { drawChange } from './augment';
import { labelTensor, pictureCollator } from './collate';
import { listPictures } from './listing';
import { withDefaults, type ImageFolderOptions, type Settings } from './options';
import { inBatches, mixed, shuffled } from './order';
import { Pass } from './pass';
import { sharedPool } from './pool';
import { PictureStore } from './store';
import type { PictureSource } from './task';

/** What an {@link ImageFolder} is made of. */
export interface FolderContent {
  classNames: readonly string[];
  /** The pictures and the class number of each. */
  pictures: readonly { source: PictureSource; label: number }[];
  source: Dataset['source'];
  /** Where they come from, in a few words. */
  origin: string;
}

/**
 * Pictures in one folder for each class, as batches to train on. They are decoded in threads while a batch is in use,
 * and kept as bytes, so that only the first pass waits for them. As the last value of a cell it says what it holds.
 */
export class ImageFolder implements Dataset {
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly classNames: readonly string[];
  readonly labelMode: LabelMode;
  readonly batchSize: number;
  readonly source: Dataset['source'];

  /**
   * @param store all pictures of the folder
   * @param members which of them are in this set
   */
  private constructor(
    private readonly content: FolderContent,
    private readonly settings: Settings,
    private readonly store: PictureStore,
    private readonly members: readonly number[],
  ) {
    const classes = content.classNames.length;
    this.inputShape = [store.height, store.width, store.channels];
    this.classNames = content.classNames;
    this.labelMode = settings.labelMode ?? (classes === 2 ? 'binary' : 'categorical');
    this.batchSize = settings.batch;
    this.source = content.source;
    if (this.labelMode !== 'binary' || classes === 2) return;
    throw new InputError('imageFolder', `two classes for labelMode 'binary'`, `${classes}`);
  }

  /** All the pictures; use {@link imageFolder} for a folder on disk. */
  static of(content: FolderContent, settings: Settings): ImageFolder {
    const sources = content.pictures.map((picture) => picture.source);
    const store = new PictureStore(sources, settings, settings.cacheBytes);
    return new ImageFolder(content, settings, store, [...sources.keys()]);
  }

  /** Whether each pass is in another order, as it was opened. */
  get shuffle(): boolean {
    return this.settings.shuffle;
  }

  /** How many pictures. */
  get size(): number {
    return this.members.length;
  }

  /** Paths below the folder, such as `horses/horse01-0.png`; by class, then by name. */
  get files(): string[] {
    return this.members.map((member) => this.content.pictures[member].source.name);
  }

  /** Class numbers of the files. */
  get labels(): number[] {
    return this.members.map((member) => this.content.pictures[member].label);
  }

  /** One line on what this is, to show in a lesson. */
  get note(): string {
    const { labels } = this;
    const counts = this.classNames.map(
      (name, i) => `${name} ${labels.filter((label) => label === i).length}`,
    );
    const shape = this.inputShape.join('×');
    return `${this.content.origin}: ${this.size} pictures of ${shape} (${counts.join(', ')})`;
  }

  /**
   * One picture as it is decoded and resized, neither changed nor rescaled.
   *
   * @throws InputError when there is none of this number
   */
  async image(index: number): Promise<Picture> {
    const member = this.members.at(index);
    if (member === undefined || index < 0) {
      const expected = `a number from 0 to ${this.size - 1}`;
      throw new InputError('ImageFolder.image', expected, String(index));
    }
    const pixels = await this.store.pixels(member);
    return Picture.of({ ...pixels, data: new Uint8Array(pixels.data) });
  }

  /** One pass: x is float32 [pictures, height, width, channels], y stands in {@link labelMode}. */
  batches(options: BatchOptions = {}): AsyncIterableIterator<Batch, undefined> {
    const { batchSize = this.batchSize, shuffle = this.shuffle } = options;
    const { seed = this.settings.seed, pass = 0 } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new InputError('ImageFolder.batches', 'batchSize to be a whole number from 1', String(batchSize));
    }
    const order = shuffle ? shuffled(this.members, mixed(seed, pass)) : this.members;
    const pictures = pictureCollator(this.inputShape, this.settings.rescale);
    return new Pass<Pixels>({
      batches: inBatches(order, batchSize),
      load: (member, cancelled) => this.load(member, mixed(seed, pass, member), cancelled),
      collate: (examples, members) => {
        const labels = members.map((member) => this.content.pictures[member].label);
        const y = labelTensor(labels, this.classNames.length, this.labelMode);
        return { x: pictures(examples.map((example) => example.data)), y };
      },
    });
  }

  /**
   * Two sets out of this one, drawn by the seed as Keras' `validation_split` draws them. They share what is decoded.
   * The validation set is not augmented.
   *
   * @param fraction of the pictures for validation, more than 0 and less than 1
   * @throws InputError for another fraction, or one that leaves a set empty
   */
  split(fraction: number, seed = this.settings.seed): [training: ImageFolder, validation: ImageFolder] {
    const count = Math.floor(fraction * this.size);
    if (!(fraction > 0 && fraction < 1) || count === 0) {
      const expected = `a fraction between 0 and 1 that leaves pictures on both sides of ${this.size}`;
      throw new InputError('ImageFolder.split', expected, String(fraction));
    }
    const order = shuffled(this.members, seed);
    const part = (members: number[], settings: Settings) =>
      new ImageFolder(
        this.content,
        settings,
        this.store,
        members.sort((a, b) => a - b),
      );
    const validation = part(order.slice(-count), { ...this.settings, augment: {}, shuffle: false });
    return [part(order.slice(0, -count), this.settings), validation];
  }

  toString(): string {
    return `ImageFolder ${this.note}`;
  }

  [Symbol.for('Jupyter.display')](): { 'text/plain': string } {
    return { 'text/plain': this.toString() };
  }

  private async load(member: number, seed: number, cancelled: Int32Array): Promise<Pixels> {
    const { augment } = this.settings;
    const pixels = await this.store.pixels(member, cancelled);
    if (Object.keys(augment).length === 0) return pixels;
    const affine = drawChange(augment, [pixels.height, pixels.width], seed);
    const { name } = this.content.pictures[member].source;
    return sharedPool().run({ pixels, affine, name }, cancelled);
  }
}

/**
 * A folder of PNG and JPEG pictures with a folder for each class, as Keras' `image_dataset_from_directory` reads it:
 * labels from the sorted folder names, bilinear resizing to one size.
 *
 * @throws DataError when the folder does not hold such pictures; see `listPictures`
 * @throws InputError when an option is out of its range
 * A picture that cannot be decoded is a PictureError of the batch that it is in.
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<ImageFolder> {
  const settings = withDefaults('imageFolder', options);
  const { classNames, pictures } = await Promise.resolve().then(() => listPictures(folder, options.classes));
  const content: FolderContent = {
    classNames,
    pictures: pictures.map(({ name, path, label }) => ({ source: { file: path, name }, label })),
    source: 'local',
    origin: basename(resolve(folder)),
  };
  const all = ImageFolder.of(content, settings);
  if (!options.split) return all;
  const [training, validation] = all.split(options.split.fraction);
  return options.split.part === 'training' ? training : validation;
}
