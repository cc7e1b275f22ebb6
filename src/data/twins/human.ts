import { polygon, type Paint, type Point } from './canvas';
import { anyColour, shaded, skin } from './colours';
import { further, type Figure } from './figure';
import type { Draw } from './random';

const HAIR: readonly Paint[] = [
  [30, 26, 24],
  [84, 56, 36],
  [168, 124, 70],
  [150, 70, 40],
  [170, 168, 164],
];

function drawLeg(figure: Figure, side: number, stride: number, trousers: Paint, random: Draw): void {
  const hip: Point = [side * 0.045, 0.02];
  const swing = side * random.between(0.02, stride);
  const knee = further(hip, swing, 0.23);
  const ankle = further(knee, swing * random.between(0.1, 0.9), 0.21);
  const toe: Point = [ankle[0] + random.between(0.01, 0.05), ankle[1] + 0.02];
  figure.paint(figure.limb([hip, knee, ankle], [0.066, 0.045, 0.03]), trousers);
  figure.paint(figure.limb([ankle, toe], [0.028, 0.024]), shaded(trousers, 0.5));
}

function drawArm(figure: Figure, side: number, sleeve: Paint, hand: Paint, random: Draw): void {
  const shoulder: Point = [side * 0.105, -0.29];
  const angle = side * (random.chance(0.2) ? random.between(1.2, 2.7) : random.between(0.05, 0.6));
  const elbow = further(shoulder, angle, 0.15);
  const wrist = further(elbow, angle + side * random.between(-0.9, 0.5), 0.13);
  figure.paint(figure.limb([shoulder, elbow], [0.04, 0.032]), sleeve);
  figure.paint(figure.limb([elbow, wrist], [0.031, 0.023]), random.chance(0.4) ? hand : sleeve);
  figure.paint([figure.oval(wrist, 0.028, 0.028)], hand);
}

function drawTorso(figure: Figure, shirt: Paint, random: Draw): void {
  const hem = random.chance(0.25) ? random.between(0.1, 0.2) : 0.05;
  const right: Point[] = [
    [0.12, -0.315],
    [0.08, -0.09],
    [0.085 + hem * 0.4, hem],
  ];
  const left = right.map(([x, y]): Point => [-x, y]).reverse();
  const outline = [...right, ...left];
  const edge = figure.line([...outline, outline[0]], 0.014);
  figure.paint([polygon(figure.places(outline)), ...edge], shirt);
}

/** Somebody who stands or walks, the arms down, out or up. */
export function drawHuman(figure: Figure, random: Draw): void {
  const [tone, shirt, trousers] = [skin(random), anyColour(random), anyColour(random)];
  const hair = shaded(random.pick(HAIR), random.between(0.7, 1.2));
  const stride = random.between(0, 0.55);
  const isLeftFirst = random.chance(0.5);
  for (const side of isLeftFirst ? [-1, 1] : [1, -1]) drawLeg(figure, side, stride, trousers, random);
  if (random.chance(0.4)) figure.paint([figure.oval([0, -0.38], 0.075, 0.12)], hair);
  const neck: Point[] = [
    [0, -0.4],
    [0, -0.28],
  ];
  figure.paint(figure.limb(neck, [0.03, 0.035]), shaded(tone, 0.85));
  drawTorso(figure, shirt, random);
  for (const side of [-1, 1]) drawArm(figure, side, shaded(shirt, 0.92), tone, random);
  figure.paint([figure.oval([0, -0.43], 0.056, 0.07)], tone);
  figure.paint([figure.oval([random.between(-0.015, 0.015), -0.462], 0.06, 0.046)], hair);
}
