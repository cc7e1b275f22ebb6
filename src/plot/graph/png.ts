import { encodePng } from '../../image/png';
import { lettering } from '../lettering';
import { filled, type Raster } from '../raster';
import { THEME } from '../theme';
import { groundOf } from './colours';
import { SIZES, type Arrow, type Box, type Drawing, type Point } from './layout';
import { headOf } from './svg';

type Colour = readonly [number, number, number];

const AXIS = parse(THEME.axis);

/** Straight pieces that stand for one piece of a curve. */
const PIECES = 12;

function parse(colour: string): Colour {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  return [red, green, blue];
}

/** Shades between two colours: few, so that all colours of a sheet fit into a palette. */
const LEVELS = 8;

/** Lay a colour over a pixel, as strongly as `share` from 0 to 1 says. */
function blend({ data, width, height }: Raster, x: number, y: number, colour: Colour, share: number): void {
  if (x < 0 || y < 0 || x >= width || y >= height || share <= 0) return;
  const at = 3 * (y * width + x);
  const level = Math.round(Math.min(1, share) * LEVELS) / LEVELS;
  for (let c = 0; c < 3; c++) data[at + c] += Math.round((colour[c] - data[at + c]) * level);
}

function rectangle(
  sheet: Raster,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) blend(sheet, x, y, colour, 1);
  }
}

/** For each pixel around some points, lay on the axis' colour as far as `cover` says. */
function shade(sheet: Raster, points: readonly Point[], cover: (x: number, y: number) => number): void {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  for (let y = Math.floor(Math.min(...ys)) - 1; y <= Math.max(...ys) + 1; y++) {
    for (let x = Math.floor(Math.min(...xs)) - 1; x <= Math.max(...xs) + 1; x++) {
      blend(sheet, x, y, AXIS, cover(x + 0.5, y + 0.5));
    }
  }
}

/** A line one pixel wide: pixels fade with their distance from it. */
function line(sheet: Raster, from: Point, to: Point): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = dx * dx + dy * dy || 1;
  shade(sheet, [from, to], (x, y) => {
    const t = Math.min(1, Math.max(0, ((x - from[0]) * dx + (y - from[1]) * dy) / square));
    return 1 - Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy);
  });
}

/** A filled triangle: pixels fade with their distance from its sides. */
function triangle(sheet: Raster, corners: readonly [Point, Point, Point]): void {
  const sides = corners.map((a, i) => {
    const b = corners[(i + 1) % 3];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    return (x: number, y: number) => ((x - a[0]) * (b[1] - a[1]) - (y - a[1]) * (b[0] - a[0])) / length;
  });
  const turn = Math.sign(sides[0](...corners[2])) || 1;
  shade(sheet, corners, (x, y) => 0.5 + Math.min(...sides.map((side) => turn * side(x, y))));
}

/** A point on a cubic Bézier curve. */
function onCurve(points: readonly Point[], t: number): Point {
  const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
  const sum = (axis: 0 | 1) => weights.reduce((total, weight, i) => total + weight * points[i][axis], 0);
  return [sum(0), sum(1)];
}

function arrow(sheet: Raster, shown: Arrow): void {
  const { curve, tip } = shown;
  for (let start = 0; start + 3 < curve.length; start += 3) {
    const piece = curve.slice(start, start + 4);
    for (let i = 0; i < PIECES; i++)
      line(sheet, onCurve(piece, i / PIECES), onCurve(piece, (i + 1) / PIECES));
  }
  triangle(sheet, [tip, ...headOf(shown)]);
}

/** Writes words on a sheet, letter by letter: each letter is drawn once, which is slow, and then copied. */
class Writer {
  private readonly letters = new Map<string, Raster>();

  constructor(private readonly sheet: Raster) {}

  /** Words in a colour; with `right` they end at `x`, else they begin there. Gives their width. */
  async write(words: string, x: number, top: number, colour: Colour, right = false): Promise<number> {
    const letters: Raster[] = [];
    for (const letter of words) letters.push(await this.letter(letter));
    const width = letters.reduce((sum, letter) => sum + advance(letter), 0);
    let left = right ? x - width : x;
    for (const letter of letters) {
      this.stamp(letter, left, top, colour);
      left += advance(letter);
    }
    return width;
  }

  private async letter(letter: string): Promise<Raster> {
    const known = this.letters.get(letter);
    if (known) return known;
    const drawn = await lettering(letter, LETTER_ROOM);
    this.letters.set(letter, drawn);
    return drawn;
  }

  private stamp({ width, data }: Raster, left: number, top: number, colour: Colour): void {
    data.forEach((grey, i) => {
      if (grey < 255)
        blend(this.sheet, left + (i % width), top + Math.floor(i / width), colour, 1 - grey / 255);
    });
  }
}

/** Wider than any letter of the font. */
const LETTER_ROOM = 40;

/** `lettering` leaves a pixel after the last letter. */
function advance({ width }: Raster): number {
  return width - 1;
}

async function box(sheet: Raster, writer: Writer, { row, ...place }: Box): Promise<void> {
  const [left, top, width] = [place.left, place.top, place.width].map(Math.round);
  rectangle(sheet, left, top, width, SIZES.row, AXIS);
  rectangle(sheet, left + 1, top + 1, width - 2, SIZES.row - 2, groundOf(row.type));
  const ink = parse(THEME.text);
  const named = await writer.write(row.name, left + SIZES.pad, top + 1, ink);
  await writer.write(row.type, left + SIZES.pad + named + 8, top + 1, AXIS);
  await writer.write(row.shape, left + width - SIZES.pad, top + 1, ink, true);
}

/** The drawing as a PNG file, with the bitmap letters of all pictures: it needs no fonts. */
export async function toPng(drawing: Drawing): Promise<Buffer> {
  const sheet = filled(drawing.width, drawing.height, 3, 255);
  const writer = new Writer(sheet);
  await writer.write(drawing.title, SIZES.margin, SIZES.margin, parse(THEME.text));
  for (const shown of drawing.arrows) arrow(sheet, shown);
  for (const shown of drawing.boxes) await box(sheet, writer, shown);
  return encodeFewColours(sheet);
}

/** The sheet as PNG with a palette, a third of the size and far faster, where its colours are few enough. */
function encodeFewColours({ width, height, data }: Raster): Buffer {
  const places = new Map<number, number>();
  const indexed = filled(width, height, 1, 0);
  for (let i = 0; i < indexed.data.length; i++) {
    const colour = (data[3 * i] << 16) | (data[3 * i + 1] << 8) | data[3 * i + 2];
    let place = places.get(colour);
    if (place === undefined) places.set(colour, (place = places.size));
    indexed.data[i] = place;
  }
  if (places.size > 256) return encodePng({ width, height, channels: 3, data });
  const palette = Array.from(places.keys(), (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  return encodePng(indexed, Uint8Array.from(palette.flat()));
}
