import { Canvas, capsule, ellipse, polygon, smooth, union, type Paint, type Point } from './canvas';
import { anyColour, blended, shaded } from './colours';
import type { Draw } from './random';

/** The face's own places, its radius 1, to places of the picture, and its radius in pixels. */
interface Face {
  place: (x: number, y: number) => Point;
  unit: number;
  turn: number;
}

function poseFace(side: number, random: Draw): Face {
  const unit = side * random.between(0.38, 0.46);
  const turn = random.normal(0.06);
  const [cos, sin] = [Math.cos(turn) * unit, Math.sin(turn) * unit];
  const middle = () => side * random.between(0.46, 0.54);
  const [right, down] = [middle(), middle()];
  return { unit, turn, place: (x, y) => [right + cos * x - sin * y, down + sin * x + cos * y] };
}

/** A ball lit from the upper left. */
function drawBall(canvas: Canvas, { place, unit }: Face, colour: Paint): void {
  const middle = place(0, 0);
  const [lightX, lightY] = [middle[0] - 0.35 * unit, middle[1] - 0.4 * unit];
  const light = (x: number, y: number) =>
    1.14 - 0.42 * (Math.hypot(x - lightX, y - lightY) / unit / 1.5) ** 2;
  canvas.paint(ellipse(middle, unit, unit), colour, { light, softness: 1.5 });
}

function drawEyes(canvas: Canvas, face: Face, random: Draw): void {
  const { place, unit, turn } = face;
  const size = random.between(0.16, 0.24);
  const open = random.between(0.55, 1.2);
  const [lookX, lookY] = [random.between(-0.07, 0.07), random.between(-0.05, 0.06)];
  const apart = random.between(0.28, 0.38);
  for (const x of [-apart, apart]) {
    const y = -0.24;
    canvas.paint(ellipse(place(x, y), unit * size * 1.06, unit * size * open * 1.1, turn), [120, 84, 20], {
      opacity: 0.6,
    });
    canvas.paint(ellipse(place(x, y), unit * size, unit * size * open, turn), [250, 250, 246]);
    const pupil = 0.08 * Math.min(1, open + 0.2);
    canvas.paint(ellipse(place(x + lookX, y + lookY * open), unit * 0.09, unit * pupil, turn), [20, 16, 16]);
    canvas.paint(
      ellipse(place(x + lookX - 0.03, y + lookY * open - 0.03), unit * 0.025, unit * 0.025),
      [255, 255, 255],
    );
  }
}

/** Brows go up and down in either mood, so that they alone do not tell. */
function drawBrows(canvas: Canvas, { place, unit }: Face, paint: Paint, random: Draw): void {
  const [height, slope] = [random.between(-0.64, -0.52), random.between(-0.09, 0.09)];
  for (const side of [-1, 1]) {
    const points: Point[] = [0.16, 0.34, 0.52].map((x, i) => {
      return [side * x, height + slope * (1 - i) - (i === 1 ? 0.05 : 0)];
    });
    const line = smooth(points, 3).map(([x, y]) => place(x, y));
    const parts = line.slice(1).map((point, i) => capsule(line[i], point, unit * 0.045));
    canvas.paint(union(parts), paint);
  }
}

/** Teeth, or a dark throat. */
const INSIDES: readonly Paint[] = [
  [250, 248, 242],
  [104, 24, 30],
];

/** The corners of the mouth are above its middle in a happy face, below it in a sad one. */
function drawMouth(canvas: Canvas, { place, unit }: Face, isHappy: boolean, lip: Paint, random: Draw): void {
  const bend = (isHappy ? 1 : -1) * random.between(0.2, 0.36);
  const half = random.between(0.4, 0.6);
  const middle = 0.38 + random.between(-0.04, 0.04);
  const arc = (depth: number): Point[] =>
    [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1].map((x) => {
      return place(half * x, middle - bend * 0.5 + depth * (1 - x * x));
    });
  const thickness = unit * random.between(0.04, 0.065);
  const stroke = (line: Point[]) =>
    union(line.slice(1).map((point, i) => capsule(line[i], point, thickness)));
  const lower = arc(bend);
  if (random.chance(0.5)) {
    const upper = arc(bend * random.between(0.15, 0.45));
    canvas.paint(polygon([...upper, ...[...lower].reverse()]), random.pick(INSIDES));
    canvas.paint(stroke(upper), lip);
  }
  canvas.paint(stroke(lower), lip);
}

/** Colours of a face, and of its brows and lips: dark on light, or light on dark. */
function colours(random: Draw): [face: Paint, lines: Paint] {
  if (random.chance(0.5)) {
    const yellow = blended([250, 208, 40], anyColour(random, 150, 240), random.between(0, 0.4));
    return [shaded(yellow, random.between(0.9, 1.05)), [92, 40, 22]];
  }
  const dusk = blended([72, 52, 128], anyColour(random, 10, 90), random.between(0, 0.8));
  return [dusk, [250, 214, 150]];
}

/**
 * One picture of the synthetic twin of "happy or sad": a round face that laughs (0) or frowns (1). Faces are light
 * with dark lips or dark with light ones, so that no pixel tells by itself; ground, eyes, brows and mouth vary.
 *
 * @param side of the square picture in pixels; the published ones have 150
 */
export function drawHappyOrSad(label: number, random: Draw, side = 150): Uint8Array {
  const canvas = new Canvas(side, side, 3);
  const [from, to] = [anyColour(random, 0, 230), anyColour(random, 0, 230)];
  canvas.fill(
    from,
    blended(from, to, 0.6),
    (_, y) => y / side,
    () => 1,
  );
  const face = poseFace(side, random);
  const [colour, lines] = colours(random);
  drawBall(canvas, face, colour);
  drawEyes(canvas, face, random);
  drawBrows(canvas, face, lines, random);
  drawMouth(canvas, face, label === 0, lines, random);
  return canvas.toBytes();
}
