import { uniforms } from '../../basics/seeded';

/** Where a shape is: the distance to its edge in pixels, negative inside, and a box with all of its inside. */
export interface Shape {
  distance: (x: number, y: number) => number;
  box: readonly [left: number, top: number, right: number, bottom: number];
}

/** One number for each channel, 0 to 255. */
export type Paint = readonly number[];

/** A number at each place. */
export type Field = (x: number, y: number) => number;

/** How a shape is painted. */
export interface PaintOptions {
  /** 0 to 1; default 1. */
  opacity?: number;
  /** Width of the edge in pixels; default 1. */
  softness?: number;
  /** Multiplies the paint at each place. */
  light?: Field;
}

export type Point = readonly [x: number, y: number];

/** A stretch from one point to another, round at its ends, that may narrow from one radius to another. */
export function capsule([x1, y1]: Point, [x2, y2]: Point, radius: number, endRadius = radius): Shape {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const squared = dx * dx + dy * dy;
  const inverse = squared > 0 ? 1 / squared : 0;
  const widest = Math.max(radius, endRadius);
  return {
    distance(x, y) {
      const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) * inverse));
      const u = x - x1 - along * dx;
      const v = y - y1 - along * dy;
      return Math.sqrt(u * u + v * v) - radius - along * (endRadius - radius);
    },
    box: [
      Math.min(x1, x2) - widest,
      Math.min(y1, y2) - widest,
      Math.max(x1, x2) + widest,
      Math.max(y1, y2) + widest,
    ],
  };
}

/** An ellipse turned by an angle in radians. The distance is exact at the edge and near enough elsewhere. */
export function ellipse([x0, y0]: Point, radiusX: number, radiusY: number, angle = 0): Shape {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reachX = Math.hypot(radiusX * cos, radiusY * sin);
  const reachY = Math.hypot(radiusX * sin, radiusY * cos);
  return {
    distance(x, y) {
      const u = ((x - x0) * cos + (y - y0) * sin) / radiusX;
      const v = ((y - y0) * cos - (x - x0) * sin) / radiusY;
      const level = Math.sqrt(u * u + v * v);
      const slope = Math.sqrt((u / radiusX) ** 2 + (v / radiusY) ** 2);
      return slope > 0 ? (level * (level - 1)) / slope : -Math.min(radiusX, radiusY);
    },
    box: [x0 - reachX, y0 - reachY, x0 + reachX, y0 + reachY],
  };
}

/** The inside of a closed line through the points. */
export function polygon(points: readonly Point[]): Shape {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const sides = points.map((point, i) => capsule(point, points[(i + 1) % points.length], 0));
  return {
    distance(x, y) {
      let nearest = Infinity;
      let isInside = false;
      for (let i = 0; i < sides.length; i++) {
        nearest = Math.min(nearest, sides[i].distance(x, y));
        const j = (i + 1) % sides.length;
        const isCrossed =
          ys[i] > y !== ys[j] > y && x < xs[i] + ((y - ys[i]) * (xs[j] - xs[i])) / (ys[j] - ys[i]);
        if (isCrossed) isInside = !isInside;
      }
      return isInside ? -nearest : nearest;
    },
    box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
  };
}

/** Everything that is in one of the shapes, as one shape: painted at once, its parts show no seams. */
export function union(shapes: readonly Shape[]): Shape {
  return {
    distance(x, y) {
      let nearest = Infinity;
      for (const shape of shapes) nearest = Math.min(nearest, shape.distance(x, y));
      return nearest;
    },
    box: [
      Math.min(...shapes.map(({ box }) => box[0])),
      Math.min(...shapes.map(({ box }) => box[1])),
      Math.max(...shapes.map(({ box }) => box[2])),
      Math.max(...shapes.map(({ box }) => box[3])),
    ],
  };
}

/** A smooth line through the points (Catmull and Rom), `steps` stretches between two of them. */
export function smooth(points: readonly Point[], steps: number): Point[] {
  const at = (i: number) => points[Math.min(points.length - 1, Math.max(0, i))];
  const line: Point[] = [points[0]];
  for (let i = 0; i < points.length - 1; i++) {
    const [p, q, r, s] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let k = 1; k <= steps; k++) {
      const t = k / steps;
      const blend = (a: number, b: number, c: number, d: number) =>
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      line.push([blend(p[0], q[0], r[0], s[0]), blend(p[1], q[1], r[1], s[1])]);
    }
  }
  return line;
}

/** Smooth steps between random lattice values: a cheap cloudy texture, about −1 to 1, with spots of `cell` pixels. */
export function clouds(seed: number, cell: number, side: number): Field {
  const uniform = uniforms(seed);
  const n = Math.ceil(side / cell) + 2;
  const lattice = Float64Array.from({ length: n * n }, () => 2 * uniform() - 1);
  const ease = (t: number) => t * t * (3 - 2 * t);
  return (x, y) => {
    const column = Math.floor(x / cell);
    const row = Math.floor(y / cell);
    const u = ease(x / cell - column);
    const v = ease(y / cell - row);
    const i = row * n + column;
    return (
      (lattice[i] * (1 - u) + lattice[i + 1] * u) * (1 - v) +
      (lattice[i + n] * (1 - u) + lattice[i + n + 1] * u) * v
    );
  };
}

/** A picture in the making. Edges are anti-aliased: a pixel takes as much of a paint as it lies inside the shape. */
export class Canvas {
  /** Row by row, channels last, 0 to 255. */
  readonly data: Float32Array;

  constructor(
    readonly width: number,
    readonly height: number,
    readonly channels: 1 | 3,
  ) {
    this.data = new Float32Array(width * height * channels);
  }

  /** Paints the rows from `top` to the end: from one paint (`share` 0) to another (1), times `light`. */
  fill(from: Paint, to: Paint, share: Field, light: Field, top = 0): void {
    let i = Math.floor(top) * this.width * this.channels;
    for (let y = Math.floor(top) + 0.5; y < this.height; y++) {
      for (let x = 0.5; x < this.width; x++) {
        const part = share(x, y);
        const factor = light(x, y);
        for (let c = 0; c < this.channels; c++)
          this.data[i++] = (from[c] + (to[c] - from[c]) * part) * factor;
      }
    }
  }

  /** Paints a shape over what is there. */
  paint(
    { box, distance }: Shape,
    paint: Paint,
    { opacity = 1, softness = 1, light }: PaintOptions = {},
  ): void {
    const left = Math.max(0, Math.floor(box[0] - softness));
    const right = Math.min(this.width - 1, Math.ceil(box[2] + softness));
    const top = Math.max(0, Math.floor(box[1] - softness));
    const bottom = Math.min(this.height - 1, Math.ceil(box[3] + softness));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cover = 0.5 - distance(column + 0.5, row + 0.5) / softness;
        if (cover <= 0) continue;
        const factor = light ? light(column, row) : 1;
        const share = Math.min(1, cover) * opacity;
        const i = (row * this.width + column) * this.channels;
        for (let c = 0; c < this.channels; c++)
          this.data[i + c] += (paint[c] * factor - this.data[i + c]) * share;
      }
    }
  }

  /**
   * Lightens a grey picture to `value` along a line, as with a pen. Crossings show no seam.
   * (A loop of its own: sixty thousand digits are drawn with it.)
   */
  pen(line: readonly Point[], radius: number, value: number, softness: number): void {
    const reach = radius + softness / 2;
    for (let k = 0; k + 1 < line.length; k++) {
      const [x1, y1] = line[k];
      const [dx, dy] = [line[k + 1][0] - x1, line[k + 1][1] - y1];
      const inverse = 1 / (dx * dx + dy * dy || 1);
      const left = Math.max(0, Math.ceil(Math.min(x1, x1 + dx) - reach - 0.5));
      const right = Math.min(this.width - 1, Math.floor(Math.max(x1, x1 + dx) + reach - 0.5));
      const top = Math.max(0, Math.ceil(Math.min(y1, y1 + dy) - reach - 0.5));
      const bottom = Math.min(this.height - 1, Math.floor(Math.max(y1, y1 + dy) + reach - 0.5));
      for (let row = top; row <= bottom; row++) {
        const v = row + 0.5 - y1;
        for (let column = left; column <= right; column++) {
          const u = column + 0.5 - x1;
          const along = Math.min(1, Math.max(0, (u * dx + v * dy) * inverse));
          const squared = (u - along * dx) ** 2 + (v - along * dy) ** 2;
          if (squared >= reach * reach) continue;
          const cover = Math.min(1, (reach - Math.sqrt(squared)) / softness);
          const i = row * this.width + column;
          if (value * cover > this.data[i]) this.data[i] = value * cover;
        }
      }
    }
  }

  /** The picture in 8 bits. */
  toBytes(): Uint8Array {
    return new Uint8Array(new Uint8ClampedArray(this.data).buffer);
  }
}
