import {
  Canvas,
  capsule,
  clouds,
  ellipse,
  polygon,
  smooth,
  union,
  type Field,
  type Paint,
  type Point,
  type Shape,
} from './canvas';
import { anyColour, shaded, skin } from './colours';
import { drawLandscape } from './landscape';
import type { Draw } from './random';

/** A figure's own places to places of the picture, and one of its lengths in pixels. */
interface Stand {
  place: (x: number, y: number) => Point;
  unit: number;
  /** Brighter at the top, where the light comes from, and mottled. */
  light: Field;
}

/** Somewhere on the land, facing left or right, upright but for a little. */
function stand(canvas: Canvas, random: Draw, unit: number, feet: number): Stand {
  const side = canvas.width;
  const right = side * random.between(0.32, 0.68);
  const down = feet - unit * 0.5;
  const mirror = random.chance(0.5) ? -1 : 1;
  const lean = random.normal(0.04);
  const mottles = clouds(random.seed(), side / random.between(8, 30), 2 * side);
  const [contrast, patches] = [random.between(0.15, 0.5), random.between(0.02, 0.1)];
  return {
    unit,
    place: (x, y) => [right + unit * mirror * (x - lean * y), down + unit * (y + lean * x)],
    light: (x, y) => 1 - contrast * ((y - down) / unit) + patches * mottles(x, y),
  };
}

/** Several stretches one after the other, each round at its ends. */
function limb({ place, unit }: Stand, joints: readonly Point[], radii: readonly number[]): Shape[] {
  const at = joints.map(([x, y]) => place(x, y));
  return at.slice(1).map((point, i) => capsule(at[i], point, radii[i] * unit, radii[i + 1] * unit));
}

/** A point `length` further, at an angle from straight down towards the front. */
function further([x, y]: Point, angle: number, length: number): Point {
  return [x + Math.sin(angle) * length, y + Math.cos(angle) * length];
}

function drawShadow(canvas: Canvas, { place, unit }: Stand, width: number, random: Draw): void {
  const at = place(random.normal(0.05), 0.49);
  canvas.paint(ellipse(at, unit * width, unit * 0.035), [12, 12, 16], {
    opacity: random.between(0.2, 0.6),
    softness: 8,
  });
}

const COATS: readonly Paint[] = [
  [96, 60, 36],
  [58, 38, 28],
  [150, 96, 54],
  [34, 32, 34],
  [226, 220, 208],
  [150, 148, 146],
  [186, 150, 104],
];

function drawHorseLeg(
  canvas: Canvas,
  at: Stand,
  root: Point,
  swing: number,
  coat: Paint,
  isFar: boolean,
): void {
  const isHind = root[0] < 0;
  const knee = further(root, swing * 0.7, 0.21);
  const fetlock = further(
    knee,
    swing * 0.7 + (isHind ? -1 : 1) * -Math.abs(swing) * 0.6 - (isHind ? 0.12 : 0),
    0.19,
  );
  const hoof = further(fetlock, swing * 0.3 + 0.15, 0.045);
  const radii = [isHind ? 0.085 : 0.07, 0.034, 0.024];
  const paint = isFar ? shaded(coat, 0.66) : coat;
  canvas.paint(union(limb(at, [root, knee, fetlock], radii)), paint, { light: at.light });
  canvas.paint(union(limb(at, [fetlock, hoof], [0.024, 0.03])), shaded(coat, 0.45), { light: at.light });
}

function drawHorse(canvas: Canvas, at: Stand, random: Draw): void {
  const { place, unit, light } = at;
  const coat = shaded(random.pick(COATS), random.between(0.85, 1.15));
  const hair = shaded(random.chance(0.5) ? coat : random.pick(COATS), 0.6);
  const gait = random.between(0, 0.75);
  const swings = [0, 1, 2, 3].map(() => random.between(-gait, gait));
  const roots: Point[] = [
    [0.26, 0.04],
    [-0.3, 0.02],
  ];
  roots.forEach((root, i) => drawHorseLeg(canvas, at, root, swings[i], coat, true));
  const lift = random.between(-0.25, 0.3);
  const poll: Point = [0.5 + 0.1 * Math.max(0, -lift), -0.36 - lift * 0.45];
  const muzzle: Point = further(poll, random.between(0.55, 1.15), 0.23);
  const oval = (x: number, y: number, width: number, height: number) =>
    ellipse(place(x, y), unit * width, unit * height);
  const tail = smooth(
    [
      [-0.44, -0.12],
      [-0.55, -0.02],
      [-0.55 - random.between(-0.03, 0.12), 0.26],
    ],
    4,
  );
  canvas.paint(
    union(
      limb(
        at,
        tail,
        tail.map((_, i) => 0.022 + 0.02 * Math.sin((Math.PI * i) / tail.length)),
      ),
    ),
    hair,
    { light },
  );
  const body = union([
    oval(0, -0.06, 0.4, 0.165),
    oval(0.24, -0.06, 0.17, 0.18),
    oval(-0.27, -0.08, 0.18, 0.18),
    ...limb(at, [[0.3, -0.1], poll], [0.14, 0.07]),
    ...limb(at, [poll, muzzle], [0.078, 0.046]),
  ]);
  canvas.paint(body, coat, { light });
  const crest = smooth(
    [
      [0.2, -0.24],
      [0.34, -0.3 - lift * 0.2],
      [poll[0] - 0.03, poll[1] - 0.05],
    ],
    4,
  );
  canvas.paint(
    union(
      limb(
        at,
        crest,
        crest.map(() => 0.035),
      ),
    ),
    hair,
    { light },
  );
  for (const x of [-0.02, 0.03]) {
    const ear: Point[] = [
      [poll[0] + x, poll[1] - 0.05],
      [poll[0] + x, poll[1] - 0.13],
    ];
    canvas.paint(union(limb(at, ear, [0.022, 0.008])), coat, { light });
  }
  const eye = place(poll[0] + 0.35 * (muzzle[0] - poll[0]), poll[1] + 0.2 * (muzzle[1] - poll[1]));
  canvas.paint(ellipse(eye, unit * 0.012, unit * 0.012), [10, 8, 8]);
  roots.forEach((root, i) => drawHorseLeg(canvas, at, root, swings[i + 2], coat, false));
}

const HAIR: readonly Paint[] = [
  [30, 26, 24],
  [84, 56, 36],
  [168, 124, 70],
  [150, 70, 40],
  [170, 168, 164],
];

function drawArm(canvas: Canvas, at: Stand, side: number, sleeve: Paint, hand: Paint, random: Draw): void {
  const shoulder: Point = [side * 0.105, -0.29];
  const angle = side * (random.chance(0.2) ? random.between(1.2, 2.7) : random.between(0.05, 0.6));
  const elbow = further(shoulder, angle, 0.15);
  const wrist = further(elbow, angle + side * random.between(-0.9, 0.5), 0.13);
  const isBare = random.chance(0.4);
  canvas.paint(union(limb(at, [shoulder, elbow], [0.04, 0.032])), sleeve, { light: at.light });
  canvas.paint(union(limb(at, [elbow, wrist], [0.031, 0.023])), isBare ? hand : sleeve, { light: at.light });
  canvas.paint(ellipse(at.place(...wrist), at.unit * 0.028, at.unit * 0.028), hand, { light: at.light });
}

function drawHuman(canvas: Canvas, at: Stand, random: Draw): void {
  const { place, unit, light } = at;
  const [tone, shirt, trousers, hair] = [
    skin(random),
    anyColour(random),
    anyColour(random),
    shaded(random.pick(HAIR), random.between(0.7, 1.2)),
  ];
  const stride = random.between(0, 0.55);
  for (const side of random.pick([
    [-1, 1],
    [1, -1],
  ])) {
    const hip: Point = [side * 0.045, 0.02];
    const swing = side * random.between(0.02, stride);
    const knee = further(hip, swing, 0.23);
    const ankle = further(knee, swing * random.between(0.1, 0.9), 0.21);
    const toe: Point = [ankle[0] + random.between(0.01, 0.05), ankle[1] + 0.02];
    canvas.paint(union(limb(at, [hip, knee, ankle], [0.066, 0.045, 0.03])), trousers, { light });
    canvas.paint(union(limb(at, [ankle, toe], [0.028, 0.024])), shaded(trousers, 0.5), { light });
  }
  const isLong = random.chance(0.4);
  if (isLong) canvas.paint(ellipse(place(0, -0.38), unit * 0.075, unit * 0.12), hair, { light });
  canvas.paint(
    union(
      limb(
        at,
        [
          [0, -0.4],
          [0, -0.28],
        ],
        [0.03, 0.035],
      ),
    ),
    shaded(tone, 0.85),
    { light },
  );
  const hem = random.chance(0.25) ? random.between(0.1, 0.2) : 0.05;
  const flare = 0.085 + hem * 0.4;
  const outline: Point[] = [
    [-0.12, -0.315],
    [0.12, -0.315],
    [0.08, -0.09],
    [flare, hem],
    [-flare, hem],
    [-0.08, -0.09],
  ];
  const torso = polygon(outline.map(([x, y]) => place(x, y)));
  canvas.paint({ ...torso, distance: (x, y) => torso.distance(x, y) - unit * 0.014 }, shirt, { light });
  for (const side of [-1, 1]) drawArm(canvas, at, side, shaded(shirt, 0.92), tone, random);
  canvas.paint(ellipse(place(0, -0.43), unit * 0.056, unit * 0.07), tone, { light });
  const cap = ellipse(place(random.between(-0.015, 0.015), -0.462), unit * 0.06, unit * 0.046);
  canvas.paint(cap, hair, { light });
}

/** Light, haze and the camera's noise. */
function develop({ data }: Canvas, random: Draw): void {
  const exposure = random.between(0.8, 1.15);
  const grain = random.between(1, 7);
  for (let i = 0; i < data.length; i += 3) {
    const noise = random.between(-grain, grain);
    for (let c = 0; c < 3; c++) data[i + c] = data[i + c] * exposure + noise;
  }
}

/**
 * One picture of the synthetic twin of "horse or human": a horse (0) or a human (1) in a landscape with trees, rocks
 * and fences. Place, size, pose, direction, colours and ground vary.
 *
 * @param side of the square picture in pixels; the published ones have 300
 */
export function drawHorseOrHuman(label: number, random: Draw, side = 300): Uint8Array {
  const canvas = new Canvas(side, side, 3);
  const horizon = drawLandscape(canvas, random);
  const unit = side * (label === 0 ? random.between(0.5, 0.9) : random.between(0.5, 1.05));
  const feet = Math.max(horizon + side * 0.04, side * random.between(0.74, 1.02));
  const at = stand(canvas, random, unit, feet);
  drawShadow(canvas, at, label === 0 ? 0.42 : 0.2, random);
  if (label === 0) drawHorse(canvas, at, random);
  else drawHuman(canvas, at, random);
  develop(canvas, random);
  return canvas.toBytes();
}
