import { LINE_HEIGHT, lettering } from './lettering';
import { filled, paste, type Raster } from './raster';

/** The width of a notebook's page, in pixels. */
export const PAGE = 1096;

/** The space around pictures. */
export const GAP = 12;

/** A picture on a sheet, and the lines of text above it. */
export interface Tile {
  picture: Raster;
  lines: readonly string[];
}

/** Where each of `count` columns (or rows) begins, as wide as its widest tile, and where the next would. */
function edges(
  sizes: readonly number[],
  lineOf: (i: number) => number,
  count: number,
  gap: number,
): number[] {
  const places = [gap];
  for (let line = 0; line < count; line++) {
    const widest = Math.max(...sizes.filter((_, i) => lineOf(i) === line));
    places.push(places[line] + widest + gap);
  }
  return places;
}

/**
 * Pictures on one white sheet, row by row, each in a thin grey frame below its lines of text.
 *
 * @param tiles all of as many channels
 * @param ink brings grey lettering into the pictures' own channels
 */
export async function compose(
  tiles: readonly Tile[],
  columns: number,
  ink: (grey: Raster) => Raster,
): Promise<Raster> {
  const rows = Math.ceil(tiles.length / columns);
  const columnOf = (i: number) => i % columns;
  const rowOf = (i: number) => Math.floor(i / columns);
  const heads = tiles.map(({ lines }) => (lines.length > 0 ? lines.length * LINE_HEIGHT + 4 : 0));
  const widths = tiles.map(({ picture }) => picture.width);
  const heights = tiles.map(({ picture }, i) => picture.height + heads[i]);
  const [lefts, tops] = [edges(widths, columnOf, columns, GAP), edges(heights, rowOf, rows, GAP)];
  const sheet = ink(filled(lefts[columns], tops[rows], 1, 255));
  for (const [i, { picture, lines }] of tiles.entries()) {
    const [left, top] = [lefts[columnOf(i)], tops[rowOf(i)] + heads[i]];
    const room = lefts[columnOf(i) + 1] - GAP - left;
    for (const [n, line] of lines.entries()) {
      paste(sheet, ink(await lettering(line, room)), top - heads[i] + n * LINE_HEIGHT, left);
    }
    paste(sheet, ink(filled(picture.width + 2, picture.height + 2, 1, 200)), top - 1, left - 1);
    paste(sheet, picture, top, left);
  }
  return sheet;
}
