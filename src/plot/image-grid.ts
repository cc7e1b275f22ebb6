import { InputError } from '../basics/errors';
import { encodePng } from '../image/png';
import { panelFigure, type Panel } from './panels';
import { PixelFigure, type Drawing } from './pixel-figure';
import { rasterOf, resize, toRgb, type Pixels, type Raster } from './raster';
import { compose, GAP, PAGE } from './sheet';

export interface ImageGridOptions {
  /** One line above each picture. */
  titles?: readonly string[];
  /** Pictures in a row; default as many as there are, at most 4. */
  columns?: number;
}

/** Small pictures grow no wider than this. */
const WIDE = 320;

/** Pictures that together take more bytes than this are not sent a second time, for Plotly. */
const INTERACTIVE_BYTES = 90_000;

/**
 * The one factor for all pictures of a grid, so that their sizes can be compared. Where it leaves little room
 * empty it is whole (2, 3 … or 1/2, 1/3 …), so that no pixel is smeared; small pictures always grow by a whole one.
 */
function commonFactor(images: readonly Raster[], room: number): number {
  const widest = Math.max(...images.map((image) => image.width));
  if (widest <= room) return Math.max(1, Math.floor(Math.min(room, WIDE) / widest));
  const whole = 1 / Math.ceil(widest / room);
  return widest * whole >= 0.85 * room ? whole : room / widest;
}

function scaled(image: Raster, factor: number): Raster {
  const side = (pixels: number) => Math.max(1, Math.round(pixels * factor));
  return resize(image, side(image.width), side(image.height));
}

const HOVER = 'row %{y}, column %{x}<br>';
const VALUES = { 1: 'grey %{z[0]}', 3: 'red %{z[0]}, green %{z[1]}, blue %{z[2]}' };

function panel(image: Raster, title: string): Panel {
  const source = `data:image/png;base64,${encodePng(image).toString('base64')}`;
  const values = image.channels === 1 ? VALUES[1] : VALUES[3];
  const trace = { type: 'image', source, hovertemplate: `${HOVER}${values}<extra></extra>` };
  return { width: image.width, height: image.height, title, trace };
}

/** Pictures side by side, all at the same scale. As the last value of a cell it shows itself. */
export class ImageGrid extends PixelFigure {
  constructor(
    readonly images: readonly Raster[],
    readonly titles: readonly string[],
    readonly columns: number,
  ) {
    super();
  }

  async draw(scale: number): Promise<Drawing> {
    const isGrey = this.images.every((image) => image.channels === 1);
    const room = Math.max(1, Math.floor(((PAGE - GAP) / this.columns) * scale) - GAP);
    const factor = commonFactor(this.images, room);
    const tiles = this.images.map((image, i) => {
      const picture = scaled(isGrey ? image : toRgb(image), factor);
      return { picture, lines: this.titles.slice(i, i + 1) };
    });
    return { raster: await compose(tiles, this.columns, isGrey ? (grey) => grey : toRgb) };
  }

  protected toPlotly(): unknown {
    const bytes = this.images.reduce((sum, { data }) => sum + data.length, 0);
    if (bytes > INTERACTIVE_BYTES) return undefined;
    return panelFigure(
      this.images.map((image, i) => panel(image, this.titles.at(i) ?? '')),
      this.columns,
    );
  }

  toString(): string {
    const sizes = [...new Set(this.images.map((image) => `${image.width}×${image.height}`))].join(', ');
    const named = this.titles.length > 0 ? `: ${this.titles.join(' | ')}` : '';
    return `${this.images.length} pictures of ${sizes} pixels${named}`;
  }
}

/**
 * Refuse what cannot be set in a grid.
 *
 * @returns in how many columns to set it
 */
export function checkGrid(where: string, count: number, { titles = [], columns }: ImageGridOptions): number {
  if (count === 0) throw new InputError(where, 'at least one picture', 'none');
  if (titles.length > 0 && titles.length !== count) {
    throw new InputError(where, `${count} titles, one a picture`, String(titles.length));
  }
  const chosen = columns ?? Math.min(count, 4);
  if (!Number.isInteger(chosen) || chosen < 1 || chosen > 64) {
    throw new InputError(where, 'columns to be a whole number from 1 to 64', String(columns));
  }
  return Math.min(chosen, count);
}

/**
 * Grey, RGB or RGBA pictures (`GreyImage`, `Picture`, or any width, height, channels and bytes) side by side,
 * all at the same scale, with a title each. Large ones are reduced to the page's width by area averages;
 * transparent pixels are shown on white. Small ones (up to 90,000 bytes in all) can be zoomed where Plotly's
 * renderer is installed. The sheet is a PNG, or a JPEG where that would take more than 290 kB in the notebook,
 * as photographs do.
 *
 * @throws InputError for no pictures, a picture with the wrong number of bytes, more or fewer titles than
 *   pictures, or columns below 1
 */
export function imageGrid(images: readonly Pixels[], options: ImageGridOptions = {}): ImageGrid {
  const columns = checkGrid('plot.imageGrid', images.length, options);
  const rasters = images.map((image) => rasterOf('plot.imageGrid', image));
  return new ImageGrid(rasters, options.titles ?? [], columns);
}
