import { deflateSync } from 'node:zlib';
import { Jimp } from 'jimp';
import { InputError } from '../basics/errors';
import { encodePng } from '../image/png';
import { $display, type Displayable, type MimeBundle } from './display';
import { toRgb, type Raster } from './raster';
import { saveFile } from './save';

/** Pixels to look at; with a palette they are places in it. */
export interface Drawing {
  raster: Raster;
  palette?: Uint8Array;
}

/** What one figure may add to a notebook, in characters. */
const BUDGET = 290_000;

/** No figure is made smaller than this share of the page's width. */
const SMALLEST = 0.05;

/** JPEG's qualities to try, of 100. */
const QUALITIES = [90, 80, 70];

/** PNG's filters make pixels seldom more than so many times smaller than the quickest compression alone. */
const FILTER_GAIN = 4;

/** The lowest quality takes about half of what the highest does. */
const QUALITY_GAIN = 2.2;

/** A picture as a notebook holds it. */
interface Encoded {
  mime: 'image/png' | 'image/jpeg';
  base64: string;
}

async function toJpeg(raster: Raster, quality: number): Promise<Encoded> {
  const { width, height, data: rgb } = toRgb(raster);
  const data = Buffer.alloc(4 * width * height, 255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from];
    data[to + 1] = rgb[from + 1];
    data[to + 2] = rgb[from + 2];
  }
  const bytes = await new Jimp({ width, height, data }).getBuffer('image/jpeg', { quality });
  return { mime: 'image/jpeg', base64: bytes.toString('base64') };
}

/** Whether it is worth the seconds to try: photographs of a megapixel never fit as PNG. */
function mayFit({ data }: Raster, room: number): boolean {
  return deflateSync(data, { level: 1 }).length < (FILTER_GAIN * room * 3) / 4;
}

/** The drawing as PNG, which keeps every pixel, or as the best JPEG that fits, or as the smallest there is. */
async function encoded({ raster, palette }: Drawing, room: number): Promise<Encoded> {
  if (palette || mayFit(raster, room)) {
    const base64 = encodePng(raster, palette).toString('base64');
    if (palette || base64.length <= room) return { mime: 'image/png', base64 };
  }
  const [first, ...others] = QUALITIES;
  let jpeg = await toJpeg(raster, first);
  for (const quality of others) {
    const { length } = jpeg.base64;
    if (length > room && length < QUALITY_GAIN * room) jpeg = await toJpeg(raster, quality);
  }
  return jpeg;
}

/**
 * A figure made of pixels. As the last value of a cell it shows itself in at most 290,000 characters: as PNG;
 * where that would be more, photographs as JPEG; where even that would, smaller.
 */
export abstract class PixelFigure implements Displayable {
  /** The figure `scale` times as wide as a page. */
  abstract draw(scale: number): Promise<Drawing>;

  /** The figure as Plotly's JSON, where it is small enough. */
  protected abstract toPlotly(): unknown;

  abstract toString(): string;

  /** The figure as a PNG file, at the page's full width. */
  async toPng(): Promise<Buffer> {
    const { raster, palette } = await this.draw(1);
    return encodePng(raster, palette);
  }

  /**
   * Write the figure into a PNG file; one that is there is replaced, and only by a whole one.
   *
   * @throws InputError when the name does not end in `.png`
   */
  async save(file: string): Promise<void> {
    if (!/\.png$/i.test(file)) throw new InputError('save', 'a file name that ends in .png', file);
    await saveFile(file, await this.toPng());
  }

  async [$display](): Promise<MimeBundle> {
    const plotly = this.toPlotly();
    const interactive = plotly === undefined ? {} : { 'application/vnd.plotly.v1+json': plotly };
    const room = BUDGET - JSON.stringify(interactive).length;
    let scale = 1;
    let picture = await encoded(await this.draw(scale), room);
    while (picture.base64.length > room && scale > SMALLEST) {
      scale *= Math.min(0.9, Math.sqrt(room / picture.base64.length));
      picture = await encoded(await this.draw(scale), room);
    }
    return { ...interactive, [picture.mime]: picture.base64, 'text/plain': this.toString() };
  }
}
