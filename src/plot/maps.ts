import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';
import { checkGrid, type ImageGridOptions } from './image-grid';
import { shorten } from './layout';
import { extent, spanned, type Ends, type Numbers } from './levels';
import { inked, paletteOf, shaded, type ColourMap } from './palette';
import { panelFigure, type Panel } from './panels';
import { PixelFigure, type Drawing } from './pixel-figure';
import { resize } from './raster';
import { compose, GAP, PAGE } from './sheet';
import { VIRIDIS } from './viridis';

/** Rows of numbers; a tensor of rank 2 is read and left to its owner. */
export type MapSource = readonly (readonly number[])[] | tf.Tensor;

export interface MapsOptions extends ImageGridOptions {
  /** Default viridis: dark is low, bright is high. */
  colours?: ColourMap;
  /** Whether colours span each map's own values (the default) or those of all maps, so that maps can be compared. */
  scale?: 'each' | 'common';
}

/** A grid of numbers, row by row. */
interface NumberMap {
  width: number;
  height: number;
  values: Numbers;
}

/** Maps grow to this width, in pixels. */
const WIDE = 320;

/** Maps that together hold more numbers than this are not sent a second time, for Plotly. */
const INTERACTIVE_VALUES = 12_000;

function isTensor(source: MapSource): source is tf.Tensor {
  return 'dataSync' in source;
}

function numberMap(source: MapSource): NumberMap {
  const where = 'plot.maps';
  const hint = 'tensor.squeeze() drops axes of length 1, tensor.mean(-1) takes the mean of channels.';
  if (isTensor(source)) {
    const [height, width] = source.shape;
    if (source.rank === 2 && source.size > 0) return { width, height, values: source.dataSync() };
    throw new InputError(where, 'tensors of rank 2', `shape [${source.shape.join(', ')}]`, hint);
  }
  const widths = [...new Set(source.map((row) => row.length))];
  if (widths.length === 1 && widths[0] > 0) {
    return { width: widths[0], height: source.length, values: source.flat() };
  }
  throw new InputError(where, 'rows of equal length', `rows of ${widths.join(' or ') || 'nothing'}`, hint);
}

function written(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** Numbers shown as colours, side by side. As the last value of a cell it shows itself. */
export class Maps extends PixelFigure {
  constructor(
    private readonly list: readonly NumberMap[],
    /** The values at the ends of each map's colours. */
    readonly ranges: readonly Ends[],
    readonly titles: readonly string[],
    readonly columns: number,
    readonly colours: ColourMap,
  ) {
    super();
  }

  async draw(scale: number): Promise<Drawing> {
    const room = Math.max(1, Math.floor(((PAGE - GAP) / this.columns) * scale) - GAP);
    const side = Math.min(room, Math.round(WIDE * scale));
    const tiles = this.list.map(({ width, height, values }, i) => {
      const data = spanned(values, this.ranges[i]);
      const tall = Math.max(1, Math.round((side * height) / width));
      const picture = shaded(resize({ width, height, channels: 1, data }, side, tall));
      return { picture, lines: [...this.titles.slice(i, i + 1), this.caption(i)] };
    });
    return { raster: await compose(tiles, this.columns, inked), palette: paletteOf(this.colours) };
  }

  protected toPlotly(): unknown {
    const count = this.list.reduce((sum, { values }) => sum + values.length, 0);
    if (count > INTERACTIVE_VALUES) return undefined;
    return panelFigure(
      this.list.map((map, i) => this.panel(map, i)),
      this.columns,
    );
  }

  toString(): string {
    return `${this.list.length} maps: ${this.list.map((_, i) => this.label(i)).join(' | ')}`;
  }

  private label(i: number): string {
    return [...this.titles.slice(i, i + 1), this.caption(i)].join(': ');
  }

  private caption(i: number): string {
    const { width, height } = this.list[i];
    const [low, high] = this.ranges[i];
    return `${height}×${width}, ${written(low)} to ${written(high)}`;
  }

  private panel({ width, height, values }: NumberMap, i: number): Panel {
    const row = (y: number) => Array.from({ length: width }, (_, x) => shorten(values[y * width + x]));
    const [zmin, zmax] = this.ranges[i];
    const colorscale = this.colours === 'grey' ? GREY_SCALE : VIRIDIS;
    const trace = {
      type: 'heatmap',
      z: Array.from({ length: height }, (_, y) => row(y)),
      ...{ zmin, zmax, colorscale, showscale: false },
      hovertemplate: 'row %{y}, column %{x}<br>%{z}<extra></extra>',
    };
    return { width, height, title: this.label(i), trace };
  }
}

const GREY_SCALE = [
  [0, '#000000'],
  [1, '#ffffff'],
];

/**
 * Grids of numbers as colours, side by side, enlarged to equal width: activations averaged over channels,
 * filters, confusion matrices. Above each stand its title, its size (rows × columns) and the values of the
 * darkest and the brightest colour. Small ones (up to 12,000 numbers in all) can be read number by number
 * where Plotly's renderer is installed.
 *
 * @throws InputError for no maps, ragged rows, tensors of another rank than 2, a value that is not finite, or
 *   more or fewer titles than maps
 */
export function maps(list: readonly MapSource[], options: MapsOptions = {}): Maps {
  const { titles = [], colours = 'viridis', scale = 'each' } = options;
  const columns = checkGrid('plot.maps', list.length, options);
  const grids = list.map(numberMap);
  const own = grids.map(({ values }, i) => extent('plot.maps', `map ${i + 1}`, values));
  const all: Ends = [Math.min(...own.map(([low]) => low)), Math.max(...own.map(([, high]) => high))];
  return new Maps(grids, scale === 'common' ? own.map(() => all) : own, titles, columns, colours);
}
