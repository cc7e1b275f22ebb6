import type { Voxels } from './voxels';

/** A point of space: [x, y, z] is [column, row, plane]. */
export type Point3 = readonly [x: number, y: number, z: number];

/** A surface of flat pieces. */
export interface Mesh {
  points: Point3[];
  /** Four corners each, by their number; anticlockwise as seen from the side of the lower values. */
  quads: (readonly [number, number, number, number])[];
}

/** The corners of a cell, as steps from its first: corner `i` is one further along x, y, z where bit 0, 1, 2 is set. */
const CORNERS = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, i >> 2] as const);

/** Pairs of corners that an edge joins: they differ in one bit. */
const EDGES = CORNERS.flatMap((_, i) => [1, 2, 4].filter((bit) => !(i & bit)).map((bit) => [i, i | bit]));

/**
 * The surface at which the values of a volume cross a level, as a net: one point in each cell of 2 × 2 × 2 voxels
 * that the surface passes, in the middle of where it cuts the cell's edges, and a piece for each pair of neighbours
 * on two sides of it (after S. Gibson, "Constrained Elastic Surface Nets", 1998, without the relaxation). Beyond the
 * volume all is taken to be below the level, so that surfaces are closed.
 */
export function surfaceNet(voxels: Voxels, level: number): Mesh {
  const { depth, height, width, values } = voxels;
  const isInside = (x: number, y: number, z: number): boolean =>
    x >= 0 && y >= 0 && z >= 0 && x < width && y < height && z < depth;
  const low = level - 1;
  const at = (x: number, y: number, z: number): number =>
    isInside(x, y, z) ? values[(z * height + y) * width + x] : low;
  const mesh: Mesh = { points: [], quads: [] };
  // Cells are numbered by their first corner, from -1: the first ones stick out of the volume.
  const cell = (x: number, y: number, z: number): number =>
    ((z + 1) * (height + 1) + y + 1) * (width + 1) + x + 1;
  const numbers = new Map<number, number>();
  for (let z = -1; z < depth; z++) {
    for (let y = -1; y < height; y++) {
      for (let x = -1; x < width; x++) {
        const point = crossing([x, y, z], at, level);
        if (point) numbers.set(cell(x, y, z), mesh.points.push(point) - 1);
      }
    }
  }
  forEachCrossedPair(voxels, at, level, (around, isRising) => {
    const corners = around.map(([x, y, z]) => numbers.get(cell(x, y, z))!);
    const [a, b, c, d] = isRising ? corners.reverse() : corners;
    mesh.quads.push([a, b, c, d]);
  });
  return mesh;
}

type Values = (x: number, y: number, z: number) => number;

/** The middle of the places where the surface cuts the edges of a cell. */
function crossing(first: Point3, at: Values, level: number): Point3 | undefined {
  const heights = CORNERS.map(([dx, dy, dz]) => at(first[0] + dx, first[1] + dy, first[2] + dz));
  const above = heights.filter((value) => value >= level).length;
  if (above === 0 || above === 8) return undefined;
  const sum = [0, 0, 0];
  let cuts = 0;
  for (const [a, b] of EDGES) {
    if (heights[a] >= level === heights[b] >= level) continue;
    const share = (level - heights[a]) / (heights[b] - heights[a]);
    cuts++;
    for (let k = 0; k < 3; k++) sum[k] += CORNERS[a][k] + share * (CORNERS[b][k] - CORNERS[a][k]);
  }
  return [first[0] + sum[0] / cuts, first[1] + sum[1] / cuts, first[2] + sum[2] / cuts];
}

/** For neighbours on two sides of the level: the four cells around the edge between them, and which way it rises. */
function forEachCrossedPair(
  { depth, height, width }: Voxels,
  at: Values,
  level: number,
  use: (around: Point3[], isRising: boolean) => void,
): void {
  const pair = (from: Point3, axis: 0 | 1 | 2): void => {
    const to = from.map((value, k) => value + Number(k === axis)) as unknown as Point3;
    const isAbove = at(...to) >= level;
    if (at(...from) >= level === isAbove) return;
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    const step = (du: number, dv: number): Point3 =>
      from.map((value, k) => value - (k === u ? du : 0) - (k === v ? dv : 0)) as unknown as Point3;
    use([step(1, 1), step(0, 1), step(0, 0), step(1, 0)], isAbove);
  };
  for (let z = -1; z < depth; z++) {
    for (let y = -1; y < height; y++) {
      for (let x = -1; x < width; x++) {
        if (y >= 0 && z >= 0) pair([x, y, z], 0);
        if (x >= 0 && z >= 0) pair([x, y, z], 1);
        if (x >= 0 && y >= 0) pair([x, y, z], 2);
      }
    }
  }
}
