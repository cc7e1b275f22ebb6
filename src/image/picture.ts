import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tf } from '../engine/index';
import { withColour } from './colour';
import { PictureError } from './errors';
import { MAX_PIXELS } from './header';
import { encodePng, type Raster } from './png';
import { resize } from './resize';

/** A value with a method of this name shows itself in a notebook; the same symbol as `plot.$display`. */
const $display: unique symbol = Symbol.for('Jupyter.display') as never;

/** How pixels become the network's input. */
export interface TensorOptions {
  /** Multiplies each value of 0 to 255; default 1/255. */
  rescale?: number;
  /** Of each channel after rescaling, subtracted: with `std`, torchvision's `Normalize`. Default 0. */
  mean?: readonly number[];
  /** Of each channel after rescaling, divided by. Default 1. */
  std?: readonly number[];
}

/**
 * A picture of 8-bit pixels, row by row, channels last (`data[(row * width + column) * channels + channel]`):
 * 1 channel is grey, 3 are red, green, blue, 4 these and opacity. As the last value of a cell it shows itself.
 */
export class Picture implements Raster {
  /**
   * @param data width × height × channels bytes; black when absent. Kept, not copied.
   * @throws PictureError when a side, the channels or the number of bytes does not fit
   */
  constructor(
    readonly width: number,
    readonly height: number,
    readonly channels: 1 | 3 | 4 = 3,
    readonly data: Uint8Array = new Uint8Array(Math.max(0, bytesOf(width, height, channels))),
  ) {
    const bytes = bytesOf(width, height, channels);
    if (data.length === bytes) return;
    const expected = `${width} × ${height} × ${channels} = ${bytes} bytes`;
    throw new PictureError('Picture', expected, `${data.length} bytes`);
  }

  /** The channels of the pixel at a row and a column, both counted from 0 at the top left. */
  at(row: number, column: number): number[] {
    const isInside = (value: number, side: number) => Number.isInteger(value) && value >= 0 && value < side;
    if (!isInside(row, this.height) || !isInside(column, this.width)) {
      const expected = `a row from 0 to ${this.height - 1} and a column from 0 to ${this.width - 1}`;
      throw new PictureError('Picture.at', expected, `row ${row}, column ${column}`);
    }
    const start = (row * this.width + column) * this.channels;
    return [...this.data.subarray(start, start + this.channels)];
  }

  /**
   * The picture in another size, by bilinear resampling. With `antialias` (the default) as PIL's and torchvision's
   * `resize`, every pixel counts; without it as TensorFlow's, from the four neighbours only.
   */
  resize(width: number, height: number, { antialias = true }: { antialias?: boolean } = {}): Picture {
    bytesOf(width, height, this.channels);
    return Picture.of(resize(this, width, height, antialias));
  }

  /** With red, green and blue; a grey picture three times, opacity dropped. */
  toRgb(): Picture {
    return Picture.of(withColour(this, 'rgb'));
  }

  /** With one channel, PIL's `convert('L')`: (299 R + 587 G + 114 B) / 1000. */
  toGrey(): Picture {
    return Picture.of(withColour(this, 'grey'));
  }

  /**
   * A batch of one for `model.predict`: float32 [1, height, width, channels]. Whoever takes it disposes of it.
   *
   * @throws PictureError when `mean` or `std` has not one number for each channel, or a `std` is 0
   */
  toTensor({ rescale = 1 / 255, mean, std }: TensorOptions = {}): tf.Tensor4D {
    const { width, height, channels, data } = this;
    const shift = this.perChannel('mean', mean, 0);
    const divisor = this.perChannel('std', std, 1);
    const values = new Float32Array(data.length);
    for (let i = 0; i < values.length; i++) {
      values[i] = (data[i] * rescale - shift[i % channels]) / divisor[i % channels];
    }
    return tf.tensor4d(values, [1, height, width, channels]);
  }

  /** The picture as a PNG file. */
  toPng(): Buffer {
    return encodePng(this);
  }

  /**
   * Writes a PNG file: a temporary one beside it first, so that the file is never half written.
   *
   * @throws PictureError when the name does not end in .png, or the file cannot be written
   */
  async save(file: string): Promise<void> {
    if (!/\.png$/i.test(file)) throw new PictureError('Picture.save', 'a name that ends in .png', file);
    const temporary = `${file}.${randomUUID()}.part`;
    try {
      await writeFile(temporary, this.toPng());
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      const reason = error instanceof Error ? error.message : String(error);
      throw new PictureError(file, 'a place to write to', reason, 'Check the folder and its permissions.');
    }
  }

  toString(): string {
    const colours = { 1: 'grey', 3: 'RGB', 4: 'RGBA' }[this.channels];
    return `Picture ${this.width}×${this.height} ${colours}`;
  }

  [$display](): Record<string, string> {
    return { 'image/png': this.toPng().toString('base64'), 'text/plain': this.toString() };
  }

  /** A picture over the pixels, which are shared. */
  static of({ width, height, channels, data }: Raster & { data: Uint8Array }): Picture {
    return new Picture(width, height, channels, data);
  }

  private perChannel(
    name: string,
    values: readonly number[] | undefined,
    fallback: number,
  ): readonly number[] {
    if (!values) return Array.from({ length: this.channels }, () => fallback);
    const isNumber = (value: number) => Number.isFinite(value) && (name !== 'std' || value !== 0);
    if (values.length === this.channels && values.every(isNumber)) return values;
    const expected = `${this.channels} numbers as ${name}, one a channel${name === 'std' ? ', none of them 0' : ''}`;
    throw new PictureError('Picture.toTensor', expected, `[${values.join(', ')}]`);
  }
}

function bytesOf(width: number, height: number, channels: number): number {
  const isSide = (value: number) => Number.isInteger(value) && value >= 1;
  if (isSide(width) && isSide(height) && width * height <= MAX_PIXELS && [1, 3, 4].includes(channels)) {
    return width * height * channels;
  }
  const expected = `whole sides from 1, at most ${MAX_PIXELS / 1e6} million pixels, and 1, 3 or 4 channels`;
  throw new PictureError('Picture', expected, `${width} × ${height} × ${channels}`);
}
