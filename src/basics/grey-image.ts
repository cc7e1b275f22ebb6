import { InputError } from './errors';
import { encodePng } from '../image/png';

/** What functions on pictures take: 8-bit grey pixels, row by row (`data[row * width + column]`). */
export interface GreyPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A value with a method of this name shows itself in a notebook; the same symbol as `plot.$display`. */
export const $display: unique symbol = Symbol.for('Jupyter.display') as never;

/** The longest side a picture may have: 64 million pixels at most. */
const MAX_SIDE = 8192;

function checkSide(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_SIDE) return;
  throw new InputError('GreyImage', `a ${name} of 1 to ${MAX_SIDE} pixels`, String(value));
}

/** A grey picture of 8-bit pixels, 0 black to 255 white. As the last value of a cell it shows itself. */
export class GreyImage implements GreyPixels {
  readonly data: Uint8Array;

  /**
   * @param data height × width bytes, row by row; black when absent. Kept, not copied.
   * @throws InputError when a side or the number of bytes does not fit
   */
  constructor(
    readonly width: number,
    readonly height: number,
    data?: Uint8Array,
  ) {
    checkSide('width', width);
    checkSide('height', height);
    this.data = data ?? new Uint8Array(width * height);
    if (this.data.length !== width * height) {
      const expected = `${width} × ${height} = ${width * height} pixels`;
      throw new InputError('GreyImage', expected, `${this.data.length} bytes`);
    }
  }

  /** The grey value at a row and a column, both counted from 0 at the top left. */
  at(row: number, column: number): number {
    this.checkPlace(row, column);
    return this.data[row * this.width + column];
  }

  /** The mean grey value, 0 to 255. */
  mean(): number {
    let sum = 0;
    for (const value of this.data) sum += value;
    return sum / this.data.length;
  }

  /** A copy that can be changed without changing this picture. */
  copy(): GreyImage {
    return new GreyImage(this.width, this.height, new Uint8Array(this.data));
  }

  /**
   * A rectangle cut out of the picture.
   *
   * @throws InputError when it reaches over an edge
   */
  crop(row: number, column: number, height: number, width: number): GreyImage {
    this.checkPlace(row, column);
    this.checkPlace(row + height - 1, column + width - 1);
    const out = new GreyImage(width, height);
    for (let y = 0; y < height; y++) {
      const start = (row + y) * this.width + column;
      out.data.set(this.data.subarray(start, start + width), y * width);
    }
    return out;
  }

  /** The pixels as rows of numbers, for `tf.tensor2d` and for printing. */
  toRows(): number[][] {
    return Array.from({ length: this.height }, (_, row) => [
      ...this.data.subarray(row * this.width, (row + 1) * this.width),
    ]);
  }

  /** The picture as a PNG file. */
  toPng(): Buffer {
    return encodePng({ ...this.size, channels: 1, data: this.data });
  }

  toString(): string {
    return `GreyImage ${this.width}×${this.height}, mean ${this.mean().toFixed(4)}`;
  }

  [$display](): Record<string, string> {
    return { 'image/png': this.toPng().toString('base64'), 'text/plain': this.toString() };
  }

  private get size(): { width: number; height: number } {
    return { width: this.width, height: this.height };
  }

  private checkPlace(row: number, column: number): void {
    const inside = (value: number, side: number) => Number.isInteger(value) && value >= 0 && value < side;
    if (inside(row, this.height) && inside(column, this.width)) return;
    const expected = `a row from 0 to ${this.height - 1} and a column from 0 to ${this.width - 1}`;
    throw new InputError('GreyImage', expected, `row ${row}, column ${column}`);
  }
}
