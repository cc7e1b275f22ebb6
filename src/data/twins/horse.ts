import { smooth, type Paint, type Point } from './canvas';
import { shaded } from './colours';
import { further, type Figure } from './figure';
import type { Draw } from './random';

const COATS: readonly Paint[] = [
  [96, 60, 36],
  [58, 38, 28],
  [150, 96, 54],
  [34, 32, 34],
  [226, 220, 208],
  [150, 148, 146],
  [186, 150, 104],
];

const FORE: Point = [0.26, 0.04];
const HIND: Point = [-0.3, 0.02];

function drawLeg(figure: Figure, root: Point, swing: number, coat: Paint): void {
  const isHind = root === HIND;
  const knee = further(root, swing * 0.7, 0.21);
  const bend = isHind ? Math.abs(swing) * 0.6 - 0.12 : -Math.abs(swing) * 0.6;
  const fetlock = further(knee, swing * 0.7 + bend, 0.19);
  const hoof = further(fetlock, swing * 0.3 + 0.15, 0.045);
  figure.paint(figure.limb([root, knee, fetlock], [isHind ? 0.085 : 0.07, 0.034, 0.024]), coat);
  figure.paint(figure.limb([fetlock, hoof], [0.024, 0.03]), shaded(coat, 0.45));
}

function drawLegs(figure: Figure, gait: number, coat: Paint, random: Draw): void {
  for (const root of [FORE, HIND]) drawLeg(figure, root, random.between(-gait, gait), coat);
}

function drawTail(figure: Figure, hair: Paint, random: Draw): void {
  const end: Point = [-0.55 - random.between(-0.03, 0.12), 0.26];
  const line = smooth([[-0.44, -0.12], [-0.55, -0.02], end], 4);
  const radii = line.map((_, i) => 0.022 + 0.02 * Math.sin((Math.PI * i) / line.length));
  figure.paint(figure.limb(line, radii), hair);
}

function drawBody(figure: Figure, coat: Paint, hair: Paint, random: Draw): void {
  const lift = random.between(-0.25, 0.3);
  const poll: Point = [0.5 + 0.1 * Math.max(0, -lift), -0.36 - lift * 0.45];
  const muzzle = further(poll, random.between(0.55, 1.15), 0.23);
  const trunk = [
    figure.oval([0, -0.06], 0.4, 0.165),
    figure.oval([0.24, -0.06], 0.17, 0.18),
    figure.oval([-0.27, -0.08], 0.18, 0.18),
  ];
  const neck = figure.limb([[0.3, -0.1], poll], [0.14, 0.07]);
  figure.paint([...trunk, ...neck, ...figure.limb([poll, muzzle], [0.078, 0.046])], coat);
  const withers: Point = [0.2, -0.24];
  const crest: Point = [0.34, -0.3 - lift * 0.2];
  figure.paint(figure.line(smooth([withers, crest, [poll[0] - 0.03, poll[1] - 0.05]], 4), 0.035), hair);
  for (const x of [poll[0] - 0.02, poll[0] + 0.03]) {
    const ear: Point[] = [
      [x, poll[1] - 0.05],
      [x, poll[1] - 0.13],
    ];
    figure.paint(figure.limb(ear, [0.022, 0.008]), coat);
  }
  const eye: Point = [poll[0] + 0.35 * (muzzle[0] - poll[0]), poll[1] + 0.2 * (muzzle[1] - poll[1])];
  figure.paint([figure.oval(eye, 0.012, 0.012)], [10, 8, 8]);
}

/** A horse from the side, standing, walking or galloping. */
export function drawHorse(figure: Figure, random: Draw): void {
  const coat = shaded(random.pick(COATS), random.between(0.85, 1.15));
  const hair = shaded(random.chance(0.5) ? coat : random.pick(COATS), 0.6);
  const gait = random.between(0, 0.75);
  drawLegs(figure, gait, shaded(coat, 0.66), random);
  drawTail(figure, hair, random);
  drawBody(figure, coat, hair, random);
  drawLegs(figure, gait, coat, random);
}
