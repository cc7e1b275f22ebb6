import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { stackLayers, type ModelOptions } from './stack';

export interface PictureClassifierOptions extends ModelOptions {
  /** Height, width and channels of a picture, default [300, 300, 3]. */
  inputShape?: readonly [number, number, number];
}

/**
 * The course's horse-or-human network: five stages of a 3×3 convolution and 2×2 max pooling, with 16, 32, 64, 64 and
 * 64 filters, a dense layer of 512, and one probability (of the second class). 1,704,097 parameters.
 * Layers: conv1, pool1, … conv5, pool5, flatten, dense1, output.
 *
 * @returns a model from [examples, …inputShape] to [examples, 1], not compiled; its loss is `binaryCrossentropy`
 * @throws InputError when the pictures are too small for five stages
 */
export function horseOrHuman(options: PictureClassifierOptions = {}): tf.Sequential {
  return pictureClassifier('horseOrHuman', [16, 32, 64, 64, 64], options);
}

/**
 * The course's happy-or-sad network: as {@link horseOrHuman} with three stages of 32, 64 and 64 filters. 40,198,145
 * parameters, nearly all of them in dense1. Layers: conv1, pool1, conv2, pool2, conv3, pool3, flatten, dense1, output.
 *
 * @returns a model from [examples, …inputShape] to [examples, 1], not compiled; its loss is `binaryCrossentropy`
 * @throws InputError when the pictures are too small for three stages
 */
export function happyOrSad(options: PictureClassifierOptions = {}): tf.Sequential {
  return pictureClassifier('happyOrSad', [32, 64, 64], options);
}

function pictureClassifier(
  name: string,
  filters: readonly number[],
  { inputShape = [300, 300, 3], seed }: PictureClassifierOptions,
): tf.Sequential {
  checkSize(name, inputShape, filters.length);
  const { conv, pool, flatten, dense } = stackLayers(seed);
  const stages = filters.flatMap((count, i) => [
    conv(`conv${i + 1}`, count, 3, i === 0 ? { inputShape: [...inputShape] } : {}),
    pool(`pool${i + 1}`),
  ]);
  return tf.sequential({
    name,
    layers: [...stages, flatten(), dense('dense1', 512, 'relu'), dense('output', 1, 'sigmoid')],
  });
}

/** Each stage takes away a margin of 1 pixel, then half of what is left: n → ⌊(n − 2) / 2⌋. */
function checkSize(name: string, inputShape: readonly number[], stages: number): void {
  const least = 3 * 2 ** stages - 2;
  const [height, width, channels] = inputShape;
  if (inputShape.every(Number.isInteger) && height >= least && width >= least && channels >= 1) return;
  throw new InputError(
    `models.${name}`,
    `an inputShape of [height, width, channels] from [${least}, ${least}, 1]`,
    `[${inputShape.join(', ')}]`,
    `Smaller pictures vanish in ${stages} poolings.`,
  );
}
