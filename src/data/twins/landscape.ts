import { Canvas, capsule, clouds, ellipse, type Paint, type Point } from './canvas';
import { anyColour, blended, shaded } from './colours';
import type { Draw } from './random';

/** Sky far and near, land near and far. */
type Palette = readonly [high: Paint, low: Paint, near: Paint, far: Paint];

const PALETTES: readonly Palette[] = [
  [
    [92, 148, 214],
    [206, 226, 240],
    [214, 198, 160],
    [186, 190, 160],
  ], // a beach
  [
    [120, 170, 224],
    [224, 234, 240],
    [96, 132, 60],
    [140, 160, 92],
  ], // a meadow
  [
    [52, 66, 58],
    [112, 126, 104],
    [58, 60, 40],
    [84, 90, 62],
  ], // a wood
  [
    [236, 190, 140],
    [250, 228, 186],
    [176, 124, 84],
    [206, 158, 112],
  ], // a desert
  [
    [34, 40, 70],
    [96, 92, 120],
    [44, 44, 52],
    [70, 70, 84],
  ], // a night
  [
    [196, 202, 210],
    [232, 234, 236],
    [216, 220, 226],
    [238, 240, 242],
  ], // snow
];

const WOOD: Paint = [116, 92, 70];

function drawTree(canvas: Canvas, [x, y]: Point, height: number, random: Draw): void {
  const bark = shaded(WOOD, random.between(0.3, 0.9));
  const leaves = shaded([96, 128, 62], random.between(0.4, 1.4));
  canvas.paint(
    capsule([x, y], [x + random.normal(0.05) * height, y - height], height * 0.06, height * 0.03),
    bark,
  );
  for (let i = 0; i < 4; i++) {
    const at: Point = [x + random.normal(0.16) * height, y - height * random.between(0.75, 1.15)];
    const crown = ellipse(at, height * random.between(0.18, 0.3), height * random.between(0.12, 0.22));
    canvas.paint(crown, shaded(leaves, random.between(0.8, 1.15)), { softness: 3, opacity: 0.92 });
  }
}

function drawFence(canvas: Canvas, y: number, height: number, random: Draw): void {
  const wood = shaded(blended(WOOD, anyColour(random), 0.25), random.between(0.6, 1.5));
  const step = canvas.width * random.between(0.12, 0.24);
  const width = height * 0.07;
  for (let x = random.between(0, step); x < canvas.width; x += step) {
    canvas.paint(capsule([x, y], [x, y - height], width), wood);
  }
  for (const share of [0.4, 0.85]) {
    canvas.paint(
      capsule([0, y - height * share], [canvas.width, y - height * share], width * 0.7),
      shaded(wood, 0.85),
    );
  }
}

/** Things that stand about, so that a dark spot alone means nothing. */
function drawThings(canvas: Canvas, horizon: number, random: Draw): void {
  const side = canvas.width;
  const stand = () => random.between(horizon, Math.min(side, horizon + 0.2 * side));
  if (random.chance(0.4)) drawFence(canvas, stand(), random.between(0.08, 0.16) * side, random);
  for (let trees = random.pick([0, 0, 1, 2, 3]); trees > 0; trees--) {
    drawTree(canvas, [random.between(0, side), stand()], random.between(0.15, 0.55) * side, random);
  }
  for (let rocks = random.pick([0, 1, 2, 4]); rocks > 0; rocks--) {
    const [x, y] = [random.between(0, side), random.between(horizon, side)];
    const [width, height] = [random.between(0.02, 0.1) * side, random.between(0.015, 0.05) * side];
    const stone = blended([128, 124, 118], anyColour(random), 0.35);
    canvas.paint(ellipse([x, y], width, height), stone, { softness: 2 });
  }
}

function drawHills(canvas: Canvas, horizon: number, paint: Paint, random: Draw): void {
  const side = canvas.width;
  const line = clouds(random.seed(), side * random.between(0.15, 0.4), side);
  const reach = random.between(0.02, 0.12) * side;
  const ridge = Float64Array.from({ length: side }, (_, x) => horizon - reach * (1 + line(x, 1)));
  const box = [0, horizon - 2 * reach, side, horizon + 1] as const;
  canvas.paint({ distance: (x, y) => ridge[Math.floor(x)] - y, box }, paint, { softness: 1.5 });
}

/** Sky, hills, land and things on it. Returns where the land begins, in pixels from the top. */
export function drawLandscape(canvas: Canvas, random: Draw): number {
  const side = canvas.width;
  const tint = random.between(0.75, 1.1);
  const [high, low, near, far] = random
    .pick(PALETTES)
    .map((paint) => shaded(blended(paint, anyColour(random), 0.16), tint));
  const horizon = side * random.between(0.34, 0.68);
  const sky = clouds(random.seed(), side / random.between(3, 7), 2 * side);
  const cloudiness = random.between(0, 0.2);
  const share = (_: number, y: number) => Math.min(1, y / horizon);
  canvas.fill(high, low, share, (x, y) => 1 + cloudiness * sky(x, 2 * y));
  if (random.chance(0.7)) drawHills(canvas, horizon, blended(far, low, random.between(0.1, 0.6)), random);
  const relief = clouds(random.seed(), side / random.between(6, 80), side);
  const roughness = random.between(0.05, 0.2);
  const nearness = (_: number, y: number) => (y - horizon) / (side - horizon);
  canvas.fill(far, near, nearness, (x, y) => 1 + roughness * relief(x, y), horizon);
  drawThings(canvas, horizon, random);
  return horizon;
}
