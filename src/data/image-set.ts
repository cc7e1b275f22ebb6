import { InputError } from '../basics/errors';
import { Picture } from '../image/picture';
import type { Batch, BatchOptions, Dataset, LabelMode } from './dataset';
import { labelTensor, pictureCollator } from './folder/collate';
import { inBatches, mixed, shuffled } from './folder/order';

/** A value with a method of this name shows itself in a notebook; the same symbol as `plot.$display`. */
const $display: unique symbol = Symbol.for('Jupyter.display') as never;

/** What an {@link ImageSet} is made of. */
export interface ImageSetContent {
  /** All pictures one after the other, each row by row, channels last. Kept, not copied. */
  pixels: Uint8Array;
  /** The class number of each. Kept, not copied. */
  labels: Uint8Array;
  /** [height, width, channels] of each picture. */
  imageShape: readonly [height: number, width: number, channels: number];
  classNames: readonly string[];
  source: Dataset['source'];
  /** One line on which pictures these are. */
  note?: string;
  /** How labels stand in a batch; default `int`. */
  labelMode?: LabelMode;
  /** Default 32. */
  batchSize?: number;
  /** Multiplies each value of 0 to 255; default 1/255. */
  rescale?: number;
}

function check(condition: boolean, expected: string, received: string): void {
  if (!condition) throw new InputError('ImageSet', expected, received);
}

function checkContent({ pixels, labels, imageShape, classNames, labelMode }: ImageSetContent): void {
  const [height, width, channels] = imageShape;
  const sides = [height, width].every((side) => Number.isInteger(side) && side > 0);
  check(
    sides && [1, 3, 4].includes(channels),
    'imageShape [height, width, 1, 3 or 4]',
    imageShape.join(', '),
  );
  check(labels.length > 0, 'at least one picture', 'none');
  const bytes = labels.length * height * width * channels;
  const expected = `${labels.length} × ${imageShape.join(' × ')} = ${bytes} bytes, as many pictures as labels`;
  check(pixels.length === bytes, expected, `${pixels.length} bytes`);
  const highest = labels.reduce((high, label) => Math.max(high, label), 0);
  check(
    highest < classNames.length,
    `labels below ${classNames.length}, the number of classNames`,
    `${highest}`,
  );
  check(
    labelMode !== 'binary' || classNames.length === 2,
    `two classes for labelMode 'binary'`,
    `${classNames.length}`,
  );
}

/**
 * Labelled pictures in memory, as bytes, and batches of them as float tensors. Parts of it (`take`, `slice`) share
 * its memory. As the last value of a cell it says what it holds.
 */
export class ImageSet implements Dataset {
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly classNames: readonly string[];
  readonly labelMode: LabelMode;
  readonly batchSize: number;
  readonly source: Dataset['source'];
  readonly note: string;
  /** All pictures one after the other, 0 to 255. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  private readonly rescale: number;

  /** @throws InputError when the bytes, the labels and the shape do not agree */
  constructor(content: ImageSetContent) {
    checkContent(content);
    this.pixels = content.pixels;
    this.labels = content.labels;
    this.inputShape = content.imageShape;
    this.classNames = content.classNames;
    this.source = content.source;
    this.note = content.note ?? '';
    this.labelMode = content.labelMode ?? 'int';
    this.batchSize = content.batchSize ?? 32;
    this.rescale = content.rescale ?? 1 / 255;
  }

  get size(): number {
    return this.labels.length;
  }

  /** The first `count` pictures, or all where there are fewer; as tf.data's `take`. */
  take(count: number): ImageSet {
    return this.slice(0, count);
  }

  /**
   * The pictures from one number up to, not including, another; as an array's `slice`.
   *
   * @throws InputError when a number is negative or no whole number, or no picture is left
   */
  slice(from: number, to = this.size): ImageSet {
    const end = Math.min(to, this.size);
    const good = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < end;
    if (!good)
      throw new InputError('ImageSet.slice', `a part of the pictures 0 to ${this.size}`, `${from} to ${to}`);
    const [start, stop] = [from * this.length, end * this.length];
    return this.with(this.pixels.subarray(start, stop), this.labels.subarray(from, end));
  }

  /** A copy in another order, drawn from the seed. */
  shuffled(seed = 1): ImageSet {
    return this.pick(shuffled([...this.labels.keys()], seed));
  }

  /**
   * Two sets out of this one, drawn by the seed as Keras' `validation_split` draws them.
   *
   * @param fraction of the pictures for validation, more than 0 and less than 1
   * @throws InputError for another fraction, or one that leaves a set empty
   */
  split(fraction: number, seed = 1): [training: ImageSet, validation: ImageSet] {
    const count = Math.floor(fraction * this.size);
    if (!(fraction > 0 && fraction < 1) || count === 0) {
      const expected = `a fraction between 0 and 1 that leaves pictures on both sides of ${this.size}`;
      throw new InputError('ImageSet.split', expected, String(fraction));
    }
    const all = this.shuffled(seed);
    return [all.slice(0, this.size - count), all.slice(this.size - count)];
  }

  /**
   * One picture, to look at or to predict with. Its pixels are shared with the set.
   *
   * @throws InputError when there is none of this number
   */
  image(index: number): Picture {
    this.checkIndex('ImageSet.image', index);
    const [height, width, channels] = this.inputShape;
    return new Picture(width, height, channels as 1 | 3 | 4, this.pixelsOf(index));
  }

  /** The class number of a picture; `classNames[label]` is its name. */
  label(index: number): number {
    this.checkIndex('ImageSet.label', index);
    return this.labels[index];
  }

  /**
   * All pictures at once: x is float32 [size, height, width, channels], y stands in {@link labelMode}. Four times
   * the memory of the set; whoever takes the tensors disposes of both.
   */
  tensors(): Batch {
    return this.collator()([...this.labels.keys()]);
  }

  /**
   * One pass in batches: x is float32 [pictures, height, width, channels], y stands in {@link labelMode}.
   *
   * @throws InputError when batchSize is not a whole number from 1
   */
  async *batches(options: BatchOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const { batchSize = this.batchSize, shuffle = false, seed = 1, pass = 0 } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new InputError('ImageSet.batches', 'batchSize to be a whole number from 1', String(batchSize));
    }
    const all = [...this.labels.keys()];
    const collate = this.collator();
    for (const members of inBatches(shuffle ? shuffled(all, mixed(seed, pass)) : all, batchSize)) {
      yield await Promise.resolve(collate(members));
    }
  }

  toString(): string {
    const { size, inputShape, classNames, source } = this;
    const classes = `${classNames.length} classes (${classNames.join(', ')})`;
    return `ImageSet: ${size.toLocaleString('en')} pictures of ${inputShape.join('×')}, ${classes}, ${source}`;
  }

  [$display](): Record<string, string> {
    return { 'text/plain': this.toString() };
  }

  /** Bytes of a picture. */
  private get length(): number {
    return this.pixels.length / this.size;
  }

  private pixelsOf(index: number): Uint8Array {
    return this.pixels.subarray(index * this.length, (index + 1) * this.length);
  }

  private checkIndex(where: string, index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.size) return;
    throw new InputError(where, `a number from 0 to ${this.size - 1}`, String(index));
  }

  private with(pixels: Uint8Array, labels: Uint8Array): ImageSet {
    const { inputShape: imageShape, classNames, source, note, labelMode, batchSize, rescale } = this;
    return new ImageSet({
      pixels,
      labels,
      imageShape,
      classNames,
      source,
      note,
      labelMode,
      batchSize,
      rescale,
    });
  }

  private pick(order: readonly number[]): ImageSet {
    const pixels = new Uint8Array(this.pixels.length);
    order.forEach((index, i) => pixels.set(this.pixelsOf(index), i * this.length));
    return this.with(
      pixels,
      Uint8Array.from(order, (index) => this.labels[index]),
    );
  }

  private collator(): (members: readonly number[]) => Batch {
    const toTensor = pictureCollator(this.inputShape, this.rescale);
    return (members) => {
      const x = toTensor(members.map((index) => this.pixelsOf(index)));
      const labels = members.map((index) => this.labels[index]);
      return { x, y: labelTensor(labels, this.classNames.length, this.labelMode) };
    };
  }
}
