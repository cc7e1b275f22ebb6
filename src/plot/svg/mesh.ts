import { THEME, colourAt } from '../theme';
import type { MeshTrace } from '../traces';
import { element, pathThrough } from './markup';
import type { Piece, Projection, Vector } from './space';
import { cross, dot, unit } from './space';

/** Where the light comes from: above the camera's left shoulder, for the camera that our figures have. */
const LIGHT = unit([0.3, -0.8, 0.9]);

/** The share of light that surfaces have that are turned away from it. */
const AMBIENT = 0.35;

/** A mesh's triangles that face the camera, lit from one side. */
export function meshPieces({ x, y, z, i, j, k, color }: MeshTrace, project: Projection): Piece[] {
  const shades = [
    [0, THEME.text],
    [1, color],
  ] as const;
  return i.flatMap((first, n): Piece[] => {
    const corners = [first, j[n], k[n]].map((at): Vector => [x[at], y[at], z[at]]);
    const [a, b, c] = corners.map((corner) => project(...corner));
    // On the page y grows downwards: what is anticlockwise in space has a negative area here.
    const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    if (area >= 0) return [];
    const fill = colourAt(shades, AMBIENT + (1 - AMBIENT) * Math.max(0, dot(normalOf(corners), LIGHT)));
    const places = [a, b, c].map((place) => [tenth(place.x), tenth(place.y)] as const);
    const svg = element('path', { d: `${pathThrough(places)}Z`, fill, stroke: fill });
    return [{ near: (a.near + b.near + c.near) / 3, svg }];
  });
}

function normalOf([a, b, c]: Vector[]): Vector {
  const from = (to: Vector): Vector => [to[0] - a[0], to[1] - a[1], to[2] - a[2]];
  return unit(cross(from(b), from(c)));
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}
