import {
  capsule,
  clouds,
  ellipse,
  union,
  type Canvas,
  type Field,
  type Paint,
  type Point,
  type Shape,
} from './canvas';
import type { Draw } from './random';

/** A point `length` further, at an angle from straight down towards the front. */
export function further([x, y]: Point, angle: number, length: number): Point {
  return [x + Math.sin(angle) * length, y + Math.cos(angle) * length];
}

/**
 * Somebody who stands on the ground, facing left or right, drawn in places of his own: lengths are shares of
 * `unit` pixels, (0, 0) is half a unit above the feet, and the front is where x is positive.
 */
export class Figure {
  private readonly place: (x: number, y: number) => Point;
  private readonly light: Field;

  constructor(
    private readonly canvas: Canvas,
    private readonly unit: number,
    feet: number,
    random: Draw,
  ) {
    const side = canvas.width;
    const right = side * random.between(0.32, 0.68);
    const down = feet - unit * 0.5;
    const mirror = random.chance(0.5) ? -1 : 1;
    const lean = random.normal(0.04);
    this.place = (x, y) => [right + unit * mirror * (x - lean * y), down + unit * (y + lean * x)];
    const mottles = clouds(random.seed(), side / random.between(8, 30), 2 * side);
    const [contrast, patches] = [random.between(0.15, 0.5), random.between(0.02, 0.1)];
    this.light = (x, y) => 1 - contrast * ((y - down) / unit) + patches * mottles(x, y);
  }

  /** A shadow on the ground. */
  shadow(width: number, random: Draw): void {
    const shape = ellipse(this.place(random.normal(0.05), 0.49), this.unit * width, this.unit * 0.035);
    this.canvas.paint(shape, [12, 12, 16], { opacity: random.between(0.2, 0.6), softness: 8 });
  }

  /** Paints shapes as one, brighter at the top, where the light comes from, and mottled. */
  paint(shapes: readonly Shape[], paint: Paint): void {
    this.canvas.paint(union(shapes), paint, { light: this.light });
  }

  /** Stretches from joint to joint, with a radius at each. */
  limb(joints: readonly Point[], radii: readonly number[]): Shape[] {
    const at = joints.map(([x, y]) => this.place(x, y));
    return at
      .slice(1)
      .map((point, i) => capsule(at[i], point, radii[i] * this.unit, radii[i + 1] * this.unit));
  }

  /** A line of one thickness. */
  line(points: readonly Point[], radius: number): Shape[] {
    return this.limb(points, Array<number>(points.length).fill(radius));
  }

  oval([x, y]: Point, width: number, height: number): Shape {
    return ellipse(this.place(x, y), this.unit * width, this.unit * height);
  }

  /** Places of the picture, for a shape of another kind. */
  places(points: readonly Point[]): Point[] {
    return points.map(([x, y]) => this.place(x, y));
  }
}
