import { uniforms } from '../../basics/seeded';
import { drawFrom, type Draw } from './random';

/** Pictures of one shape with their class numbers. */
export interface LabelledPixels {
  /** One picture after the other: row by row, channels last. */
  images: Uint8Array;
  labels: Uint8Array;
  /** [height, width, channels] of one picture. */
  shape: [height: number, width: number, channels: number];
  classNames: string[];
}

/**
 * `count` pictures, as many of each class as of the next (or one more), in an order drawn from the seed. The first
 * pictures of a longer set are not those of a shorter one.
 *
 * @param draw one picture of a class
 */
export function drawSet(
  count: number,
  seed: number,
  classNames: readonly string[],
  shape: LabelledPixels['shape'],
  draw: (label: number, random: Draw) => Uint8Array,
): LabelledPixels {
  const uniform = uniforms(seed);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classNames.length);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [labels[i], labels[j]] = [labels[j], labels[i]];
  }
  const length = shape[0] * shape[1] * shape[2];
  const images = new Uint8Array(count * length);
  for (let i = 0; i < count; i++) {
    images.set(draw(labels[i], drawFrom(Math.floor(uniform() * 2 ** 32))), i * length);
  }
  return { images, labels, shape: [...shape], classNames: [...classNames] };
}
