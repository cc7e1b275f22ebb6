import { tf } from '../engine/index';
import type { Batch, BatchOptions, Dataset } from './dataset';
import type { ImageSet } from './image-set';

/** A value with a method of this name shows itself in a notebook; the same symbol as `plot.$display`. */
const $display: unique symbol = Symbol.for('Jupyter.display') as never;

/** Voxels of 0 to 255, plane by plane and row by row. */
export interface Volume {
  /** [depth, height, width]. */
  readonly shape: readonly [depth: number, height: number, width: number];
  readonly data: Uint8Array;
}

/**
 * Labelled volumes of one channel in memory, as bytes, and batches of them as float tensors. As the last value of a
 * cell it says what it holds.
 */
export class VolumeSet implements Dataset {
  readonly inputShape: readonly [depth: number, height: number, width: number, channels: number];

  /** @param planes each volume as one tall picture of one channel, plane under plane: as many rows as `depth` divides */
  constructor(
    private readonly planes: ImageSet,
    depth: number,
  ) {
    const [rows, width, channels] = planes.inputShape;
    this.inputShape = [depth, rows / depth, width, channels];
  }

  get size(): number {
    return this.planes.size;
  }

  get classNames(): readonly string[] {
    return this.planes.classNames;
  }

  get labelMode(): Dataset['labelMode'] {
    return this.planes.labelMode;
  }

  get batchSize(): number {
    return this.planes.batchSize;
  }

  get source(): Dataset['source'] {
    return this.planes.source;
  }

  /** The first `count` volumes, or all where there are fewer; memory is shared. */
  take(count: number): VolumeSet {
    return new VolumeSet(this.planes.take(count), this.inputShape[0]);
  }

  /**
   * One volume, to look at. Its voxels are shared with the set.
   *
   * @throws InputError when there is none of this number
   */
  volume(index: number): Volume {
    const [depth, height, width] = this.inputShape;
    return { shape: [depth, height, width], data: this.planes.image(index).data };
  }

  /**
   * The class number of a volume; `classNames[label]` is its name.
   *
   * @throws InputError when there is none of this number
   */
  label(index: number): number {
    return this.planes.label(index);
  }

  /**
   * All volumes at once: x is float32 [size, depth, height, width, channels] of 0 to 1, y stands in {@link labelMode}.
   * Whoever takes the tensors disposes of both.
   */
  tensors(): Batch {
    return this.inSpace(this.planes.tensors());
  }

  /**
   * One pass in batches, as those of an `ImageSet`: x is float32 [volumes, depth, height, width, channels] of 0 to 1.
   *
   * @throws InputError when batchSize is not a whole number from 1
   */
  async *batches(options: BatchOptions = {}): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of this.planes.batches(options)) yield this.inSpace(batch);
  }

  toString(): string {
    const { size, inputShape, classNames, source } = this;
    const classes = `${classNames.length} classes (${classNames.join(', ')})`;
    return `VolumeSet: ${size.toLocaleString('en')} volumes of ${inputShape.join('×')}, ${classes}, ${source}`;
  }

  [$display](): Record<string, string> {
    return { 'text/plain': this.toString() };
  }

  private inSpace({ x, y }: Batch): Batch {
    const reshaped = tf.reshape(x, [x.shape[0], ...this.inputShape]);
    x.dispose();
    return { x: reshaped, y };
  }
}
