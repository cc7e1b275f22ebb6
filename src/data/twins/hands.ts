import { Canvas, capsule, clouds, ellipse, union, type Field, type Paint, type Point } from './canvas';
import { anyColour, blended, shaded, skin } from './colours';
import { drawSet, type LabelledPixels } from './pixels';
import type { Draw } from './random';

const SIDE = 64;

/** Ways to show each number, as people do: thumb, index, middle, ring and little finger, raised or not. */
const SIGNS: readonly (readonly string[])[] = [
  ['.....'],
  ['.|...'],
  ['.||..'],
  ['|||..', '.|||.'],
  ['.||||'],
  ['|||||'],
];

/** A hand upright, palm to the viewer, thumb to the left; the palm's middle at (0, 0), its half width about 1. */
const FINGERS: readonly { root: Point; angle: number; length: number; radius: number }[] = [
  { root: [-0.7, 0.35], angle: -0.95, length: 1.15, radius: 0.29 },
  { root: [-0.68, -0.72], angle: -0.16, length: 1.5, radius: 0.25 },
  { root: [-0.23, -0.85], angle: -0.03, length: 1.72, radius: 0.26 },
  { root: [0.23, -0.8], angle: 0.1, length: 1.55, radius: 0.25 },
  { root: [0.66, -0.62], angle: 0.26, length: 1.2, radius: 0.22 },
];

/** Where the hand is: its own places to places of the picture. */
interface Pose {
  place: (point: Point) => Point;
  scale: number;
}

function pose(random: Draw): Pose {
  const scale = random.between(9.5, 12.5);
  const angle = random.normal(0.2);
  const mirror = random.chance(0.5) ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const right = SIDE / 2 + random.between(-6, 6);
  const down = SIDE / 2 + random.between(4, 11);
  return {
    scale,
    place: ([x, y]) => [right + cos * mirror * x - sin * y, down + sin * mirror * x + cos * y],
  };
}

/** A wall or a table: two colours that run into each other, with stains. */
function drawGround(canvas: Canvas, random: Draw): void {
  const from = anyColour(random);
  const to = blended(from, anyColour(random), random.between(0.1, 0.7));
  const stains = clouds(random.seed(), random.between(5, 20), SIDE);
  const strength = random.between(0, 0.18);
  const slope = direction(random);
  canvas.fill(
    from,
    to,
    (x, y) => 0.5 + slope(x, y),
    (x, y) => 1 + strength * stains(x, y),
  );
}

/** A slope through the picture's middle in any direction: about −½ to ½ from edge to edge. */
function direction(random: Draw): Field {
  const angle = random.between(0, 2 * Math.PI);
  const [right, down] = [Math.cos(angle) / SIDE, Math.sin(angle) / SIDE];
  return (x, y) => right * (x - SIDE / 2) + down * (y - SIDE / 2);
}

/** A line this much darker than the skin sets the fingers off. */
const EDGE = 0.62;

function drawRaised(canvas: Canvas, { place, scale }: Pose, i: number, colour: Paint, random: Draw): void {
  const { root, angle, length, radius } = FINGERS[i];
  const turn = angle + random.normal(0.07);
  const reach = length * random.between(0.9, 1.08);
  const width = radius * scale * random.between(0.92, 1.06);
  const along = (share: number) =>
    place([root[0] + Math.sin(turn) * reach * share, root[1] - Math.cos(turn) * reach * share]);
  const finger = (grow: number) => capsule(along(0), along(1), width * 1.06 + grow, width * 0.84 + grow);
  canvas.paint(finger(0.7), shaded(colour, EDGE));
  canvas.paint(finger(0), colour);
  canvas.paint(ellipse(along(0.95), width * 0.5, width * 0.5), shaded(colour, 1.1), { opacity: 0.6 });
}

/** A finger bent over the palm. */
function drawBent(canvas: Canvas, { place, scale }: Pose, i: number, colour: Paint, random: Draw): void {
  const { root, radius } = FINGERS[i];
  const from: Point = i === 0 ? [-0.72, 0.3] : [root[0] * 0.95, -0.78];
  const to: Point = i === 0 ? [0.1, 0.02] : [root[0] * 0.85, -0.22];
  const width = radius * scale * random.between(0.92, 1.06);
  const finger = (grow: number) => capsule(place(from), place(to), width + grow, width * 0.9 + grow);
  canvas.paint(finger(0.6), shaded(colour, EDGE));
  canvas.paint(finger(0), shaded(colour, 0.97));
}

function drawHand(canvas: Canvas, random: Draw, fingers: readonly boolean[]): void {
  const at = pose(random);
  const colour = skin(random);
  const { place, scale } = at;
  const wrist = capsule(place([0, 0.6]), place([random.normal(0.25), 6]), scale * 0.62, scale * 0.85);
  const palm = (grow: number) =>
    union([
      capsule(place([-0.42, -0.35]), place([-0.28, 0.62]), scale * 0.56 + grow),
      capsule(place([0.42, -0.35]), place([0.28, 0.62]), scale * 0.56 + grow),
      capsule(place([0, -0.4]), place([0, 0.6]), scale * 0.6 + grow),
    ]);
  const isRaised = (i: number) => fingers[i];
  const raised = [0, 1, 2, 3, 4].filter(isRaised);
  const bent = [1, 2, 3, 4, 0].filter((i) => !isRaised(i));
  canvas.paint(wrist, shaded(colour, 0.9));
  for (const i of raised) drawRaised(canvas, at, i, colour, random);
  canvas.paint(palm(0.7), shaded(colour, EDGE));
  canvas.paint(palm(0), colour);
  for (const i of bent) drawBent(canvas, at, i, colour, random);
}

/** Light from one side, and the camera's noise. */
function develop({ data }: Canvas, random: Draw): void {
  const slope = direction(random);
  const strength = random.between(0, 0.35);
  const exposure = random.between(0.78, 1.12);
  const grain = random.between(1, 6);
  for (let i = 0, pixel = 0; i < data.length; i += 3, pixel++) {
    const light = exposure + strength * slope(pixel % SIDE, Math.floor(pixel / SIDE));
    const noise = random.between(-grain, grain);
    for (let c = 0; c < 3; c++) data[i + c] = data[i + c] * light + noise;
  }
}

function drawSign(label: number, random: Draw): Uint8Array {
  const canvas = new Canvas(SIDE, SIDE, 3);
  drawGround(canvas, random);
  const sign = random.pick(SIGNS[label]);
  drawHand(
    canvas,
    random,
    [0, 1, 2, 3, 4].map((i) => sign[i] === '|'),
  );
  develop(canvas, random);
  return canvas.toBytes();
}

/**
 * The synthetic twin of SIGNS: hands that show 0 to 5 fingers, 64 × 64 in colour. Skin, ground, light, place, size,
 * turn, left or right hand, and which fingers show a number all vary.
 *
 * @returns `count` pictures, the classes equally often, the same for the same seed
 */
export function handSigns(count: number, seed = 1): LabelledPixels {
  const names = SIGNS.map((_, fingers) => String(fingers));
  return drawSet(count, seed, names, [SIDE, SIDE, 3], drawSign);
}
