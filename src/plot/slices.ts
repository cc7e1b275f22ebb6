import { InputError } from '../basics/errors';
import { maps, type Maps } from './maps';
import type { ColourMap } from './palette';
import { voxelsOf, type Voxels, type VolumeSource } from './voxels';

export interface SlicesOptions {
  /** The axis that the slices follow one another along; default `depth`. */
  axis?: 'depth' | 'height' | 'width';
  /** How many slices, evenly spaced; default 5, or as many as there are. */
  count?: number;
  /** Slices in a row; default 5. */
  columns?: number;
  /** Default grey. */
  colours?: ColourMap;
}

/** Rows and columns of the slice at a place on the axis. */
function sliceAt({ depth, height, width, values }: Voxels, axis: string, at: number): number[][] {
  const value = (z: number, y: number, x: number): number => values[(z * height + y) * width + x];
  const grid = (rows: number, columns: number, of: (row: number, column: number) => number): number[][] =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (__, column) => of(row, column)),
    );
  if (axis === 'depth') return grid(height, width, (y, x) => value(at, y, x));
  if (axis === 'height') return grid(depth, width, (z, x) => value(z, at, x));
  return grid(depth, height, (z, y) => value(z, y, at));
}

/**
 * A volume cut into slices, side by side, all on one scale of colours. Slices along `depth` show height × width, along
 * `height` depth × width, along `width` depth × height.
 *
 * @throws InputError for what is no volume of finite values, or another count than 1 to the axis' length
 */
export function slices(volume: VolumeSource, options: SlicesOptions = {}): Maps {
  const where = 'plot.slices';
  const { axis = 'depth', columns = 5, colours = 'grey' } = options;
  const voxels = voxelsOf(where, volume);
  const length = voxels[axis];
  const { count = Math.min(5, length) } = options;
  if (!Number.isInteger(count) || count < 1 || count > length)
    throw new InputError(where, `count as a whole number from 1 to ${length}`, String(count));
  // The middle of each of `count` equal parts.
  const places = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));
  const cuts = places.map((at) => sliceAt(voxels, axis, at));
  const titles = places.map((at) => `${axis} ${at}`);
  return maps(cuts, { titles, columns: Math.min(columns, count), colours, scale: 'common' });
}
