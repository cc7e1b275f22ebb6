/** A place or a direction in space. */
export type Vector = readonly [number, number, number];

/** A place on the picture, and how near it is: larger is nearer. */
export interface Projected {
  x: number;
  y: number;
  near: number;
}

/** From the data's numbers to the picture. */
export type Projection = (x: number, y: number, z: number) => Projected;

/** Something to paint, the far before the near. */
export interface Piece {
  near: number;
  svg: string;
}

export const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** The same direction, of length 1; a vector of length 0 stays as it is. */
export function unit(v: Vector): Vector {
  const length = Math.hypot(...v) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}
