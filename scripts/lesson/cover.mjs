/** The picture that stands for a lesson: one of those that its stored run has made. */
import { basename } from 'node:path';
import { Jimp } from 'jimp';
import { readNotebook, text } from './facts.mjs';

/** The words with which it begins; else it is the lesson's first picture. */
const COVERS = {
  '01': 'Figure “The cost as a surface',
  '02': '4 pictures of 512×512',
  '03': '24 pictures',
  '04': 'Feature maps',
  '05': '8 pictures',
  '06': '6 pictures',
  '07': '24 pictures',
  '09': 'Figure “tubes”',
};

const ENDINGS = { 'image/svg+xml': 'svg', 'image/png': 'png', 'image/jpeg': 'jpeg' };

/** @typedef {{ ending: string, content: Buffer, words: string }} Cover `words` describe it */

/**
 * @param {string} path of a notebook
 * @returns {Cover | undefined} undefined where no output is a picture
 */
export function coverOf(path) {
  const bundles = readNotebook(path).cells.flatMap(({ outputs = [] }) =>
    outputs.map(({ data = {} }) => data),
  );
  const pictures = bundles.filter((data) => Object.keys(ENDINGS).some((kind) => kind in data));
  const wanted = COVERS[basename(path).slice(0, 2)] ?? '';
  const chosen = pictures.find((data) => text(data['text/plain']).startsWith(wanted)) ?? pictures[0];
  if (!chosen) return undefined;
  const kind = Object.keys(ENDINGS).find((each) => each in chosen);
  const content = Buffer.from(text(chosen[kind]), kind === 'image/svg+xml' ? 'utf8' : 'base64');
  return { ending: ENDINGS[kind], content, words: text(chosen['text/plain']).split('\n')[0] };
}

/**
 * A cover as small as a table wants it: pixels are made fewer, drawings are left as they are.
 * @param {Cover} cover
 * @param {number} width in pixels
 */
export async function thumbnail({ ending, content }, width) {
  if (ending === 'svg') return content;
  const picture = await Jimp.read(content);
  return picture.resize({ w: Math.min(width, picture.width) }).getBuffer(`image/${ending}`);
}
