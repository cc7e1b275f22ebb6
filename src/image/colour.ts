import type { Pixels } from './resize';

/** Pixels as the one asked for: three channels (grey three times where there is one) or one. Opacity is dropped. */
export function withColour(picture: Pixels, colour: Colour): Pixels {
  const channels = colour === 'grey' ? 1 : 3;
  if (picture.channels === channels) return picture;
  const { width, height } = picture;
  return { width, height, channels, data: colour === 'grey' ? greyOf(picture) : rgbOf(picture) };
}

/** How many channels a picture is to have: `rgb` 3, `grey` 1. */
export type Colour = 'rgb' | 'grey';

/** PIL's `convert('L')`: (299 R + 587 G + 114 B) / 1000 in 16-bit fractions. */
function greyOf({ data, channels }: Pixels): Uint8Array {
  const out = new Uint8Array(data.length / channels);
  for (let i = 0, from = 0; i < out.length; i++, from += channels) {
    out[i] = (data[from] * 19595 + data[from + 1] * 38470 + data[from + 2] * 7471 + 0x8000) >> 16;
  }
  return out;
}

function rgbOf({ data, channels }: Pixels): Uint8Array {
  const step = channels === 1 ? 0 : 1;
  const out = new Uint8Array((data.length / channels) * 3);
  for (let i = 0, from = 0; i < out.length; i += 3, from += channels) {
    out[i] = data[from];
    out[i + 1] = data[from + step];
    out[i + 2] = data[from + 2 * step];
  }
  return out;
}
