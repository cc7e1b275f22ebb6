import { readFileSync, statSync } from 'node:fs';
import { withColour, type Colour } from '../../image/colour';
import { cropToAspectRatio } from '../../image/crop';
import { decodePicture } from '../../image/decode';
import { PictureError } from '../../image/errors';
import { orientationOf, upright } from '../../image/orientation';
import { resize, type Pixels } from '../../image/resize';
import { drawTwin, type TwinPicture } from '../twins/draw';
import { warp, type Affine } from './warp';

/** How pictures are to come out. */
export interface PictureForm {
  /** [height, width]; as they are when absent. */
  size?: readonly [number, number];
  colour: Colour;
  /** See {@link resize}. */
  antialias: boolean;
  /** Turn it as its EXIF data say; default false, as Keras. */
  upright?: boolean;
  /** Cut it to the shape of `size`; default false. See {@link cropToAspectRatio}. */
  crop?: boolean;
}

/** Where a picture comes from: a file or its bytes, which messages call `name`, or a generator. */
export type PictureSource =
  { file: string; name: string } | { bytes: Uint8Array; name: string } | { twin: TwinPicture; name: string };

/** What a thread of the {@link WorkerPool} is asked for. */
export type PictureTask =
  { source: PictureSource; form: PictureForm } | { pixels: Pixels; affine: Affine; name: string };

/** A longer file is refused before it is read. */
const MAX_BYTES = 256 << 20;

/**
 * Reads, decodes and resizes a picture, or draws or warps one. Takes milliseconds, so the threads do it.
 *
 * @throws PictureError when a file cannot be read or is not a picture
 */
export function perform(task: PictureTask): Pixels {
  if ('affine' in task) return warp(task.pixels, task.affine);
  const { source, form } = task;
  const coloured = withColour(pixelsOf(source, form.upright ?? false), form.colour);
  if (!form.size) return coloured;
  const [height, width] = form.size;
  const shaped = form.crop ? cropToAspectRatio(coloured, height, width) : coloured;
  return resize(shaped, width, height, form.antialias);
}

function pixelsOf(source: PictureSource, turn: boolean): Pixels {
  if ('twin' in source) return drawTwin(source.twin);
  const bytes = 'file' in source ? read(source.file, source.name) : Buffer.from(source.bytes);
  const pixels = decodePicture(bytes, source.name);
  return turn ? upright(pixels, orientationOf(bytes)) : pixels;
}

function read(file: string, name: string): Buffer {
  try {
    const info = statSync(file);
    if (!info.isFile()) throw new PictureError(name, 'a file', 'something else', 'Move it away.');
    if (info.size > MAX_BYTES) {
      throw new PictureError(name, `at most ${MAX_BYTES} bytes`, String(info.size), 'Reduce the picture.');
    }
    return readFileSync(file);
  } catch (error) {
    if (error instanceof PictureError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new PictureError(name, 'a readable file', message, 'Mend its permissions.');
    const hint = 'Put it back, or list the folder again.';
    throw new PictureError(name, 'a file', 'none: it is no longer there', hint);
  }
}
