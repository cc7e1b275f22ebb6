import { Picture } from '../image/picture';

const SIDE = 28;

/** This share of the way from the ground to the ink is shade of the paper, not writing. */
const SHADE = 0.25;

/**
 * A photograph of one written digit in the form of MNIST's digits: grey, 28 × 28, white on black, the ground at 0 and
 * the strongest ink at 255. The ground is what most pixels are; it may be brighter or darker than the ink.
 */
export function digitFrom(photograph: Picture): Picture {
  const grey = photograph.toGrey().resize(SIDE, SIDE);
  const sorted = Uint8Array.from(grey.data).sort();
  const ground = sorted[sorted.length >> 1];
  const isDark = ground < 128;
  const ink = isDark ? sorted[sorted.length - 1] : sorted[0];
  const span = ink === ground ? 1 : ink - ground;
  const level = (value: number) => ((value - ground) / span - SHADE) / (1 - SHADE);
  const pixels = Uint8Array.from(grey.data, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, level(value)))),
  );
  return new Picture(SIDE, SIDE, 1, pixels);
}
