import type { Pixels } from './resize';

/**
 * The largest part around the middle that has the shape of `height` × `width`: Keras' `crop_to_aspect_ratio`, rounded
 * as there.
 */
export function cropToAspectRatio(pixels: Pixels, height: number, width: number): Pixels {
  const tall = fitted(pixels.height, (pixels.width * height) / width);
  const wide = fitted(pixels.width, (pixels.height * width) / height);
  return crop(
    pixels,
    Math.floor((pixels.height - tall) / 2),
    Math.floor((pixels.width - wide) / 2),
    tall,
    wide,
  );
}

const fitted = (side: number, wanted: number) => Math.max(1, Math.min(side, Math.floor(wanted)));

function crop(pixels: Pixels, top: number, left: number, height: number, width: number): Pixels {
  if (height === pixels.height && width === pixels.width) return pixels;
  const { channels } = pixels;
  const data = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * pixels.width + left) * channels;
    data.set(pixels.data.subarray(from, from + width * channels), row * width * channels);
  }
  return { width, height, channels, data };
}
