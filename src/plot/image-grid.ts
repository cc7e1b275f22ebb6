import { InputError } from '../basics/errors';
import { GreyImage, type GreyPixels } from '../basics/grey-image';
import { $display, type MimeBundle } from './display';
import { pictureFigure } from './image-figure';
import { LINE_HEIGHT, lettering } from './lettering';
import { enlarge, paste, reduceBy } from './raster';

export interface ImageGridOptions {
  /** One line above each picture. */
  titles?: readonly string[];
  /** Pictures in a row; default as many as there are, at most 4. */
  columns?: number;
}

/** A page of a notebook is about this wide, in pixels. */
const PAGE = 1096;

/** Small pictures grow no wider than this. */
const WIDE = 320;

/** The space around pictures. */
const GAP = 12;

/** Pictures that together take more bytes than this are not sent a second time, for Plotly. */
const INTERACTIVE_BYTES = 90_000;

/**
 * The one factor for all pictures of a grid, so that their sizes can be compared: whole, so that no pixel
 * is smeared. Above 1 enlarges, below 1 (1/2, 1/3 …) reduces.
 */
function commonFactor(images: readonly GreyPixels[], columns: number): number {
  const widest = Math.max(...images.map((image) => image.width));
  const room = Math.floor((PAGE - GAP) / columns) - GAP;
  if (widest > room) return 1 / Math.ceil(widest / room);
  return Math.max(1, Math.floor(Math.min(room, WIDE) / widest));
}

function scaled(image: GreyPixels, factor: number): GreyImage {
  if (factor === 1) return new GreyImage(image.width, image.height, image.data);
  return factor > 1 ? enlarge(image, factor) : reduceBy(image, Math.round(1 / factor));
}

/** A grey ground one pixel larger on every side, so that white pictures show their edge. */
function frameFor({ width, height }: GreyPixels): GreyImage {
  return new GreyImage(width + 2, height + 2, new Uint8Array((width + 2) * (height + 2)).fill(200));
}

/** Where each of `count` columns (or rows) begins, as wide as its widest tile, and where the next would. */
function edges(
  sizes: readonly number[],
  lineOf: (i: number) => number,
  count: number,
  gap: number,
): number[] {
  const places = [gap];
  for (let line = 0; line < count; line++) {
    const widest = Math.max(...sizes.filter((_, i) => lineOf(i) === line));
    places.push(places[line] + widest + gap);
  }
  return places;
}

/** Grey pictures side by side. As the last value of a cell it shows itself. */
export class ImageGrid {
  constructor(
    readonly images: readonly GreyPixels[],
    readonly titles: readonly string[],
    readonly columns: number,
  ) {}

  /** The pictures with their titles as one grey picture. */
  async toImage(): Promise<GreyImage> {
    const factor = commonFactor(this.images, this.columns);
    const tiles = this.images.map((image) => scaled(image, factor));
    const rows = Math.ceil(tiles.length / this.columns);
    const head = this.titles.length > 0 ? LINE_HEIGHT + 4 : 0;
    const columnOf = (i: number) => i % this.columns;
    const rowOf = (i: number) => Math.floor(i / this.columns);
    const lefts = edges(
      tiles.map((tile) => tile.width),
      columnOf,
      this.columns,
      GAP,
    );
    const tops = edges(
      tiles.map((tile) => tile.height),
      rowOf,
      rows,
      GAP + head,
    );
    const sheet = new GreyImage(lefts[this.columns], tops[rows] - head);
    sheet.data.fill(255);
    for (const [i, tile] of tiles.entries()) {
      const [left, top] = [lefts[columnOf(i)], tops[rowOf(i)]];
      if (head) paste(sheet, await lettering(this.titles[i], tile.width), top - head, left);
      paste(sheet, frameFor(tile), top - 1, left - 1);
      paste(sheet, tile, top, left);
    }
    return sheet;
  }

  toString(): string {
    const sizes = [...new Set(this.images.map((image) => `${image.width}×${image.height}`))].join(', ');
    const named = this.titles.length > 0 ? `: ${this.titles.join(' | ')}` : '';
    return `${this.images.length} pictures of ${sizes} pixels${named}`;
  }

  async [$display](): Promise<MimeBundle> {
    const png = (await this.toImage()).toPng();
    const pixels = this.images.reduce((sum, { width, height }) => sum + width * height, 0);
    const isSmall = pixels <= INTERACTIVE_BYTES && png.length <= INTERACTIVE_BYTES;
    return {
      ...(isSmall && {
        'application/vnd.plotly.v1+json': pictureFigure(this.images, this.titles, this.columns),
      }),
      'image/png': png.toString('base64'),
      'text/plain': this.toString(),
    };
  }
}

/**
 * Grey pictures side by side, all at the same scale, with a title each. Small ones (up to 300 × 300 pixels in
 * all) can be zoomed where Plotly's renderer is installed; larger ones are sent once, as a picture.
 *
 * @throws InputError for no pictures, more or fewer titles than pictures, or columns below 1
 */
export function imageGrid(images: readonly GreyPixels[], options: ImageGridOptions = {}): ImageGrid {
  const { titles = [], columns = Math.min(images.length, 4) } = options;
  const where = 'plot.imageGrid';
  if (images.length === 0) throw new InputError(where, 'at least one picture', 'none');
  if (titles.length > 0 && titles.length !== images.length) {
    throw new InputError(where, `${images.length} titles, one a picture`, String(titles.length));
  }
  if (!Number.isInteger(columns) || columns < 1 || columns > 64) {
    throw new InputError(where, 'columns to be a whole number from 1 to 64', String(columns));
  }
  return new ImageGrid(images, titles, Math.min(columns, images.length));
}
