import { Jimp, loadFont, measureText } from 'jimp';
import { SANS_16_BLACK } from 'jimp/fonts';
import type { Raster } from './raster';

type Font = Awaited<ReturnType<typeof loadFont>>;

let font: Promise<Font> | undefined;

/** The bitmap font has Latin letters only; these stand in for what titles may hold besides. */
const STAND_INS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '—': '-',
  '→': '->',
  '“': '"',
  '”': '"',
  '’': "'",
  '…': '...',
};

/** How high a line of text is, in pixels. */
export const LINE_HEIGHT = 22;

/**
 * One line of black text on white, for pictures that cannot hold text of their own (PNG).
 *
 * @param maxWidth longer text is cut and ends in `...`
 */
export async function lettering(text: string, maxWidth: number): Promise<Raster> {
  const loaded = await (font ??= loadFont(SANS_16_BLACK));
  const plain = text.replace(/[^\x20-\x7e\xa0-\xff]/gu, (letter) => STAND_INS[letter] ?? '?');
  const fitted = fit(plain, (shown) => measureText(loaded, shown) <= maxWidth);
  const width = Math.max(1, Math.min(maxWidth, measureText(loaded, fitted) + 1));
  const sheet = new Jimp({ width, height: LINE_HEIGHT, color: 0xffffffff });
  sheet.print({ font: loaded, x: 0, y: 0, text: fitted });
  const { data } = sheet.bitmap;
  const greys = Uint8Array.from({ length: width * LINE_HEIGHT }, (_, i) => data[4 * i]);
  return { width, height: LINE_HEIGHT, channels: 1, data: greys };
}

function fit(text: string, fits: (shown: string) => boolean): string {
  if (fits(text)) return text;
  let length = text.length - 1;
  while (length > 0 && !fits(`${text.slice(0, length)}...`)) length--;
  return `${text.slice(0, length)}...`;
}
