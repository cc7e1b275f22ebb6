import { Canvas, smooth, type Point } from './canvas';
import { drawSet, type LabelledPixels } from './pixels';
import type { Draw } from './random';

const SIDE = 28;

/** Strokes of the pen: each a smooth line through points of the unit square, y downwards. */
type Glyph = readonly (readonly Point[])[];

function glyph(...strokes: string[]): Glyph {
  return strokes.map((stroke) =>
    stroke.split(' ').map((place) => {
      const [x, y] = place.split(',').map((hundredths) => Number(hundredths) / 100);
      return [x, y] as const;
    }),
  );
}

/** How people write each digit: for each way its strokes, in hundredths of the square. */
const GLYPHS: readonly (readonly Glyph[])[] = [
  [
    glyph('50,0 18,17 8,50 20,84 50,100 82,82 92,50 80,16 46,1'),
    glyph('68,3 28,12 8,52 25,92 60,97 90,60 82,18 45,6'),
  ],
  [
    glyph('50,0 50,50 50,100'),
    glyph('24,26 54,0', '54,0 53,50 52,100'),
    glyph('28,24 52,0', '52,0 52,100', '20,100 84,100'),
  ],
  [
    glyph('13,24 32,3 66,2 84,24 66,52 36,78 10,99', '10,99 92,97'),
    glyph('14,20 42,0 78,12 76,42 40,80 16,96 14,80 36,80 62,97 94,90'),
  ],
  [
    glyph('14,14 45,0 80,14 72,38 40,47', '40,47 76,55 86,78 56,100 12,88'),
    glyph('12,3 84,3', '84,3 46,42', '46,42 82,54 84,82 50,100 10,87'),
  ],
  [
    glyph('24,2 18,30 10,58', '10,58 92,55', '70,12 68,55 64,100'),
    glyph('68,0 38,36 8,68', '8,68 94,66', '68,0 67,50 66,100'),
  ],
  [
    glyph('86,2 24,3', '24,3 18,44', '18,44 52,36 86,54 84,82 52,100 10,90'),
    glyph('90,0 50,4 26,10 20,42 50,40 80,58 78,86 48,100 10,93'),
  ],
  [
    glyph('74,1 38,22 14,62 28,94 58,100 86,80 74,56 44,54 17,74'),
    glyph('50,0 26,36 13,72 34,99 70,96 84,72 60,53 30,62 15,78'),
  ],
  [
    glyph('10,5 90,3', '90,3 62,44 42,100'),
    glyph('10,4 90,3', '90,3 60,46 46,100', '34,54 80,50'),
    glyph('12,20 14,4', '14,4 88,6', '88,6 60,40 50,100'),
  ],
  [
    glyph('80,14 50,0 20,16 34,40 66,56 86,80 52,100 14,82 32,56 64,42 82,20'),
    glyph('50,46 22,28 34,3 68,3 80,28 50,46 16,68 28,97 72,98 86,70 50,46'),
  ],
  [
    glyph('84,20 54,0 20,14 22,42 54,50 80,30 84,16', '84,16 80,55 68,100'),
    glyph('82,24 50,1 18,20 30,48 66,42 82,20', '82,20 86,62 66,94 26,96'),
  ],
];

/** How a digit is often written: its strokes, each a smooth line through points of the unit square, y downwards. */
export function strokesOf(digit: number): readonly (readonly Point[])[] {
  return GLYPHS[digit][0];
}

/** The hand: places of the unit square to places of the picture, in pixels. */
function hand(random: Draw): (point: Point) => Point {
  const height = random.between(14, 22);
  const width = height * random.between(0.5, 0.85);
  const slant = random.normal(0.2);
  const angle = random.normal(0.14);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const room = Math.max(0, (SIDE - height) / 2 - 1);
  const [right, down] = [SIDE / 2 + random.between(-room, room), SIDE / 2 + random.between(-room, room)];
  return ([x, y]) => {
    const v = (y - 0.5) * height;
    const u = (x - 0.5) * width - slant * v;
    return [right + cos * u - sin * v, down + sin * u + cos * v];
  };
}

function drawDigit(label: number, random: Draw): Uint8Array {
  const canvas = new Canvas(SIDE, SIDE, 1);
  const place = hand(random);
  const wobble = random.between(0.01, 0.045);
  const radius = random.between(0.7, 1.9);
  const value = random.between(200, 275);
  const softness = random.between(1, 1.8);
  for (const stroke of random.pick(GLYPHS[label])) {
    const points = stroke.map(([x, y]) => place([x + random.normal(wobble), y + random.normal(wobble)]));
    const line = smooth(points, points.length > 2 ? 3 : 1);
    canvas.pen(line, radius, value, softness);
  }
  return canvas.toBytes();
}

/**
 * The synthetic twin of MNIST: digits 0 to 9 of 28 × 28, white on black, in many hands, which differ in how they form
 * a digit, in slant, width, size, place, thickness and steadiness. MNIST centres its digits; here the place varies
 * as well, so that no single pixel tells much.
 *
 * @returns `count` pictures, the classes equally often, the same for the same seed
 */
export function digits(count: number, seed = 1): LabelledPixels {
  const names = GLYPHS.map((_, digit) => String(digit));
  return drawSet(count, seed, names, [SIDE, SIDE, 1], drawDigit);
}
