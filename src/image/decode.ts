import { defaultFormats } from 'jimp';
import { checkCapacity } from './capacity';
import { PictureError } from './errors';
import { readHeader, type PictureHeader } from './header';
import type { Raster } from './png';

/** Pixels of a decoded file: red, green and blue; opacity is dropped, as PIL's `convert('RGB')` does. */
export type RgbRaster = Raster & { channels: 3; data: Uint8Array };

interface Codec {
  mime: string;
  decode(bytes: Buffer, options: object): { width: number; height: number; data: Uint8Array | Uint16Array };
}

/** jimp's codecs without jimp: its own reader turns pictures by their EXIF entry, which Keras and PIL do not. */
const codecs = new Map(
  defaultFormats.map((format) => {
    const codec = format() as Codec;
    return [codec.mime, codec];
  }),
);

/** Damage is an error, as in PIL; and the size has been checked already, so memory is not a reason to refuse. */
const JPEG_OPTIONS = {
  useTArray: true,
  formatAsRGBA: false,
  tolerantDecoding: false,
  maxMemoryUsageInMB: 8192,
};

/**
 * Decodes a PNG or JPEG file. PNG pixels are equal to TensorFlow's and PIL's. JPEG leaves decoders some freedom: on
 * photographs these differ from theirs by 1 on average, as theirs differ from each other, and more along the edges of
 * strong colours, which TensorFlow and PIL smooth.
 *
 * @param name the file, for messages
 * @throws PictureError as {@link readHeader}, before anything is decoded, and for damage within
 */
export function decodePicture(bytes: Buffer, name: string): RgbRaster {
  const header = readHeader(bytes, name);
  checkCapacity(bytes, header, name);
  const { width, height, data } = decode(bytes.subarray(0, header.end), header, name);
  const pixels = width * height;
  return { width, height, channels: 3, data: rgbOf(data, data.length / pixels, pixels, header.depth) };
}

function decode(bytes: Buffer, header: PictureHeader, name: string): ReturnType<Codec['decode']> {
  // Without rescaling, 16 bits come as they are, to be cut to the upper 8 as libpng does.
  const options = header.format === 'png' ? { skipRescale: header.depth === 16 } : JPEG_OPTIONS;
  try {
    return codecs.get(`image/${header.format}`)!.decode(bytes, options);
  } catch (error) {
    const expected = `an undamaged ${header.format.toUpperCase()} picture`;
    throw new PictureError(name, expected, `damage${reasonOf(error)}`, 'Copy or download it again.');
  }
}

/** What the decoder says; where it stumbled itself, JavaScript's own words tell nobody anything. */
function reasonOf(error: unknown): string {
  const stumbled = error instanceof TypeError || error instanceof RangeError;
  return error instanceof Error && !stumbled ? ` (${error.message})` : '';
}

/** The first three of `channels` channels. */
function rgbOf(data: Uint8Array | Uint16Array, channels: number, pixels: number, depth: number): Uint8Array {
  if (channels === 3 && depth === 8) return data as Uint8Array;
  const shift = depth === 16 ? 8 : 0;
  const out = new Uint8Array(3 * pixels);
  for (let i = 0, from = 0; i < out.length; i += 3, from += channels) {
    out[i] = data[from] >> shift;
    out[i + 1] = data[from + 1] >> shift;
    out[i + 2] = data[from + 2] >> shift;
  }
  return out;
}
