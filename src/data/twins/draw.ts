import type { Pixels } from '../../image/resize';
import { drawHappyOrSad } from './happy-or-sad';
import { drawHorseOrHuman } from './horse-or-human';
import { drawFrom } from './random';

/** One picture of a synthetic data set of picture files. */
export interface TwinPicture {
  of: 'horse-or-human' | 'happy-or-sad';
  label: number;
  seed: number;
}

/** Draws it in the size of the published pictures. */
export function drawTwin({ of, label, seed }: TwinPicture): Pixels {
  const [side, draw] =
    of === 'horse-or-human' ? ([300, drawHorseOrHuman] as const) : ([150, drawHappyOrSad] as const);
  return { width: side, height: side, channels: 3, data: draw(label, drawFrom(seed), side) };
}
