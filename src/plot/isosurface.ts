import { InputError } from '../basics/errors';
import { Figure } from './figure';
import { shorten, solidLayout } from './layout';
import { extent } from './levels';
import { surfaceNet, type Mesh } from './surface-net';
import { COLOURS } from './theme';
import type { Axis, MeshTrace, Scene } from './traces';
import { voxelsOf, type Voxels, type VolumeSource } from './voxels';

export interface IsosurfaceOptions {
  /** The value at which the surface lies; default halfway between the smallest and the largest. */
  level?: number;
  /** Default `values = ` and the level. */
  title?: string;
}

/** With more pieces a figure would be too large for a notebook. */
const MOST_PIECES = 5000;

/** Pieces of four corners as triangles. */
function meshTrace({ points, quads }: Mesh, name: string): MeshTrace {
  const triangles = quads.flatMap(([a, b, c, d]) => [
    [a, b, c],
    [a, c, d],
  ]);
  const along = (axis: 0 | 1 | 2): number[] => points.map((point) => shorten(point[axis]));
  const corner = (place: 0 | 1 | 2): number[] => triangles.map((triangle) => triangle[place]);
  return {
    type: 'mesh3d',
    name,
    ...{ x: along(0), y: along(1), z: along(2) },
    ...{ i: corner(0), j: corner(1), k: corner(2) },
    color: COLOURS.sky,
    flatshading: true,
  };
}

/** The volume's box, its longest side on every axis, so that nothing is stretched. */
function sceneOf({ depth, height, width }: Voxels): Scene {
  const range = [-0.5, Math.max(depth, height, width) - 0.5] as const;
  const axis = (text: string): Axis => ({ title: { text }, range });
  return {
    ...{ xaxis: axis('width'), yaxis: axis('height'), zaxis: axis('depth') },
    camera: { eye: { x: 1.7, y: -1.85, z: 1.05 } },
    aspectmode: 'cube',
  };
}

/**
 * The surface in space at which a volume's values cross a level, that can be turned: what is above the level is
 * inside. Noise gives a surface around every speckle: smooth it away before, as by `tf.avgPool3d(x, 3, 1, 'same')`.
 *
 * @param volume values [depth, height, width]; depth is drawn upwards
 * @throws InputError for what is no volume of finite values, a level that no value crosses, or a surface of more than
 *   5,000 pieces
 */
export function isosurface(volume: VolumeSource, options: IsosurfaceOptions = {}): Figure {
  const where = 'plot.isosurface';
  const voxels = voxelsOf(where, volume);
  const [low, high] = extent(where, 'the volume', voxels.values);
  const { level = (low + high) / 2, title = `values = ${shorten(level)}` } = options;
  if (!(level > low && level <= high))
    throw new InputError(where, `a level above ${shorten(low)} and up to ${shorten(high)}`, String(level));
  const mesh = surfaceNet(voxels, level);
  if (mesh.quads.length > MOST_PIECES) {
    const hint =
      "Smooth the volume, as by tf.avgPool3d(x, 3, 1, 'same'), cut out a part, or take another level.";
    throw new InputError(
      where,
      `a surface of up to ${MOST_PIECES} pieces`,
      `one of ${mesh.quads.length}`,
      hint,
    );
  }
  return new Figure([meshTrace(mesh, title)], solidLayout(title, sceneOf(voxels)));
}
