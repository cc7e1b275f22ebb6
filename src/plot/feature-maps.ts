import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';
import { activations, pictureOutputs, type Activations } from './activations';
import { extent, spanned, standardised } from './levels';
import { inked, paletteOf, shaded } from './palette';
import { PixelFigure, type Drawing } from './pixel-figure';
import { filled, paste, resize, type Pixels, type Raster } from './raster';
import { compose, GAP, PAGE, type Tile } from './sheet';

export interface FeatureMapsOptions {
  /** Layers by name, in this order; default all that give pictures, or 24 of them spread over the depth. */
  layers?: readonly string[];
  /**
   * Each map by its own mean and standard deviation (the default), which shows the faint ones too; without it
   * all maps of a layer between its smallest and largest value, which tells strong from weak.
   */
  normalise?: boolean;
  /** At most so many channels of a layer, the first ones; default 64, tiles of 16 pixels. */
  channels?: number;
}

/** One row of the figure: the maps of one layer as bytes. */
export interface LayerMaps {
  layer: string;
  height: number;
  width: number;
  /** How many channels the layer has. */
  channels: number;
  /** One for each channel shown: height × width values from 0 to 255, row by row. */
  tiles: Uint8Array[];
}

/** So many layers are shown where none are named. */
const ROWS = 24;

/** A tile is no wider than this, in pixels: six of them fill the page. */
const WIDE = 177;

/** The white between tiles, in pixels. */
const SEAM = 2;

function bytesOf({ layer, height, width, values }: Activations, normalise: boolean): Uint8Array {
  const ends = extent('plot.featureMaps', `the output of ${layer}`, values);
  if (!normalise) return spanned(values, ends);
  // A map of one pixel has no spread of its own: such a layer is taken as one row of pixels.
  const size = height * width === 1 ? values.length : height * width;
  const bytes = new Uint8Array(values.length);
  for (let start = 0; start < values.length; start += size) {
    bytes.set(standardised(values.subarray(start, start + size)), start);
  }
  return bytes;
}

function layerMaps(found: Activations, normalise: boolean): LayerMaps {
  const { layer, height, width, channels, shown } = found;
  const [bytes, size] = [bytesOf(found, normalise), height * width];
  const tiles = Array.from({ length: shown }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  return { layer, height, width, channels, tiles };
}

function heading({ layer, height, width, channels, tiles }: LayerMaps): string {
  const count = tiles.length < channels ? `${tiles.length} of ${channels}` : String(channels);
  return `${layer}: ${height}×${width}, ${count} ${channels === 1 ? 'channel' : 'channels'}`;
}

/** The tiles of a layer side by side, as places in the palette. */
function strip({ height, width, tiles }: LayerMaps, room: number, wide: number): Raster {
  const pitch = Math.min(wide + SEAM, (room + SEAM) / tiles.length);
  const seam = Math.min(SEAM, pitch / 8);
  const tall = Math.max(1, Math.round(((pitch - seam) * height) / width));
  const row = inked(filled(Math.round(pitch * tiles.length - seam), tall, 1, 255));
  tiles.forEach((data, i) => {
    const left = Math.round(i * pitch);
    const right = Math.max(left + 1, Math.round((i + 1) * pitch - seam));
    paste(row, shaded(resize({ width, height, channels: 1, data }, right - left, tall)), 0, left);
  });
  return row;
}

/** What the layers of a network make of one image. As the last value of a cell it shows itself. */
export class FeatureMaps extends PixelFigure {
  constructor(
    /** One entry a row. */
    readonly maps: readonly LayerMaps[],
    /** What is left out, or nothing. */
    private readonly note: string,
  ) {
    super();
  }

  async draw(scale: number): Promise<Drawing> {
    const room = Math.round((PAGE - 2 * GAP) * scale);
    const tiles = this.maps.map((maps, i): Tile => {
      const lines = i === 0 && this.note ? [this.note, heading(maps)] : [heading(maps)];
      return { picture: strip(maps, room, WIDE * scale), lines };
    });
    return { raster: await compose(tiles, 1, inked), palette: paletteOf('viridis') };
  }

  protected toPlotly(): undefined {
    return undefined;
  }

  toString(): string {
    return ['Feature maps', ...(this.note ? [this.note] : []), ...this.maps.map(heading)].join('\n  ');
  }
}

/** So many of a list, spread evenly from the first to the last. */
function spread<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]);
}

/**
 * What each layer of a network makes of one image: a row for each layer whose output is [1, h, w, c], a tile
 * for each channel, in viridis (after Chollet, *Deep Learning with Python*, 5.4, and the course on horses and
 * humans). A tile shows how far each value lies from its map's mean: 64 steps of 256 for a standard deviation,
 * around 128; a dead channel is flat. The model runs once; image and model are left as they are.
 *
 * @param image [1, h, w, c] or [h, w, c] as the model takes it, or a picture of the model's size, whose bytes
 *   are divided by 255
 * @throws InputError when the image does not fit the model, a layer is unknown or gives no pictures, or an
 *   output is not finite
 */
export function featureMaps(
  model: tf.LayersModel,
  image: tf.Tensor | Pixels,
  options: FeatureMapsOptions = {},
): FeatureMaps {
  const { layers, normalise = true, channels = 64 } = options;
  if (!Number.isInteger(channels) || channels < 1 || channels > 256) {
    throw new InputError('plot.featureMaps', 'channels to be a whole number from 1 to 256', String(channels));
  }
  const all = pictureOutputs(model, layers);
  const outputs = layers ? all : spread(all, ROWS);
  const rows = activations(model, outputs, image, channels).map((found) => layerMaps(found, normalise));
  return new FeatureMaps(rows, rows.length < all.length ? `${rows.length} of ${all.length} layers` : '');
}
