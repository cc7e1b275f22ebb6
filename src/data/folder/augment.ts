import { uniforms } from '../../basics/seeded';
import { InputError } from '../../basics/errors';
import type { Affine } from './warp';

/** Random changes of each picture in each pass, as Keras' preprocessing layers make them. */
export interface Augmentation {
  /** `RandomFlip`: each direction with probability one half. */
  flip?: 'horizontal' | 'vertical' | 'both';
  /** `RandomRotation(factor)`: by up to this share of a full turn, either way; 0.1 is ±36°. */
  rotation?: number;
  /** `RandomZoom(factor)`: by up to this share, in or out. */
  zoom?: number;
  /** `RandomTranslation(factor, factor)`: by up to this share of the height and of the width. */
  shift?: number;
}

/** @throws InputError when a share is not one, or there is an unknown flip */
export function checkAugmentation(where: string, augment: Augmentation): void {
  for (const name of ['rotation', 'zoom', 'shift'] as const) {
    const value = augment[name] ?? 0;
    if (!(value >= 0 && value < 1)) {
      throw new InputError(where, `augment.${name} to be a share from 0 to below 1`, String(value));
    }
  }
  const { flip } = augment;
  if (flip === undefined || ['horizontal', 'vertical', 'both'].includes(flip)) return;
  throw new InputError(where, `augment.flip to be 'horizontal', 'vertical' or 'both'`, flip);
}

/**
 * The change of one picture: the same for the same seed.
 *
 * @param size [height, width] of the pictures
 */
export function drawChange(
  augment: Augmentation,
  [height, width]: readonly [number, number],
  seed: number,
): Affine {
  const uniform = uniforms(seed);
  const spread = (share = 0) => share * (2 * uniform() - 1);
  const mirror = (direction: 'horizontal' | 'vertical') => {
    const isWanted = augment.flip === direction || augment.flip === 'both';
    return isWanted && uniform() < 0.5 ? -1 : 1;
  };
  const [flipX, flipY] = [mirror('horizontal'), mirror('vertical')];
  const angle = 2 * Math.PI * spread(augment.rotation);
  const zoom = 1 + spread(augment.zoom);
  const [right, down] = [width * spread(augment.shift), height * spread(augment.shift)];
  const [cos, sin] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom];
  // From a place in the result: undo the shift, then zoom and turn, then mirror.
  const turnedRight = -cos * right + sin * down;
  const turnedDown = -sin * right - cos * down;
  return [flipX * cos, -flipX * sin, flipX * turnedRight, flipY * sin, flipY * cos, flipY * turnedDown];
}
