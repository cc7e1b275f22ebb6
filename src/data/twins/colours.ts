import type { Paint } from './canvas';
import type { Draw } from './random';

/** A paint made lighter (above 1) or darker (below 1). */
export function shaded(paint: Paint, factor: number): Paint {
  return paint.map((value) => Math.min(255, value * factor));
}

/** Between two paints: `share` of the second. */
export function blended(from: Paint, to: Paint, share: number): Paint {
  return from.map((value, c) => value + (to[c] - value) * share);
}

const SKINS: readonly Paint[] = [
  [246, 214, 190],
  [232, 186, 152],
  [208, 158, 120],
  [172, 120, 84],
  [128, 84, 58],
  [88, 58, 44],
];

/** Skin from light to dark. */
export function skin(random: Draw): Paint {
  const tone = random.between(0, SKINS.length - 1.001);
  const i = Math.floor(tone);
  return shaded(blended(SKINS[i], SKINS[i + 1], tone - i), random.between(0.92, 1.06));
}

/** Any colour: bright or dark, strong or pale. */
export function anyColour(random: Draw, darkest = 20, brightest = 240): Paint {
  const level = random.between(darkest, brightest);
  const strength = random.between(0, 0.5);
  return [0, 1, 2].map(() => Math.min(255, Math.max(0, level * (1 + strength * random.between(-1, 1)))));
}
