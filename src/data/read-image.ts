import { InputError } from '../basics/errors';
import type { Colour } from '../image/colour';
import { Picture } from '../image/picture';
import { sharedPool } from './folder/pool';
import type { PictureSource } from './folder/task';

export interface ReadImageOptions {
  /** [height, width] in pixels; default the picture's own. */
  size?: readonly [number, number];
  /** `rgb` gives three channels, `grey` one; opacity is dropped. Default `rgb`. */
  colour?: Colour;
  /** Smooth before reducing, as PIL's and torchvision's `resize`; default true. False is as TensorFlow's. */
  antialias?: boolean;
  /** Cut away what is too wide or too tall for `size` instead of squeezing it, as Keras; default false. */
  cropToAspectRatio?: boolean;
}

/**
 * One PNG or JPEG picture, from a file or from its bytes (an upload), for example to predict with:
 * `model.predict((await data.readImage('hand.jpg', { size: [64, 64] })).toTensor())`. It stands upright as in a viewer,
 * however the camera was held (the EXIF orientation), which Keras, PIL and `imageFolder` ignore. The work is done
 * in a thread.
 *
 * @throws PictureError when the file cannot be read or is no such picture
 * @throws InputError when the size is none
 */
export async function readImage(
  image: string | Uint8Array,
  options: ReadImageOptions = {},
): Promise<Picture> {
  const { size, colour = 'rgb', antialias = true, cropToAspectRatio: crop = false } = options;
  const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side <= 8192;
  if (size && !size.every(isSide)) {
    throw new InputError('readImage', 'size to be [height, width], 1 to 8192 pixels', JSON.stringify(size));
  }
  const form = { ...(size && { size }), colour, antialias, crop, upright: true };
  const source: PictureSource =
    typeof image === 'string' ? { file: image, name: image } : { bytes: image, name: 'the picture' };
  return Picture.of(await sharedPool().run({ source, form }));
}
