import { GreyImage } from '../../basics/grey-image';
import { normals, uniforms } from '../../basics/seeded';
import { clouds } from './canvas';

const SIDE = 512;

/** A shade of grey at a place, or undefined where this part of the scene does not reach. */
type Part = (x: number, y: number) => number | undefined;

/** A wall of bricks in half-step courses with lighter joints. */
function wall(): Part {
  const stains = clouds(11, 24, SIDE);
  return (x, y) => {
    const course = Math.floor(y / 22);
    const along = (x + (course % 2) * 26) % 52;
    const joint = along < 2.5 || y % 22 < 2.5;
    return (joint ? 112 : 62) + 14 * stains(x, y) + 7 * Math.sin(course * 7 + Math.floor(x / 52) * 3);
  };
}

/** A tall window with a cross of bars, its panes reflecting the sky. */
function window(left: number, top: number): Part {
  const [width, height] = [84, 132];
  return (x, y) => {
    const [u, v] = [x - left, y - top];
    if (u < 0 || v < 0 || u >= width || v >= height) return undefined;
    const frame = u < 8 || v < 8 || u >= width - 8 || v >= height - 8;
    if (frame) return 176;
    if (Math.abs(u - width / 2) < 3 || Math.abs(v - height / 3) < 3) return 158;
    return 26 + 0.28 * (height - v) + (u + v > 120 ? 24 : 0);
  };
}

/** Steps that climb to the right: bright treads, dark fronts with a seam, a shadow beneath each nose. */
function steps(): Part {
  const stone = clouds(23, 9, SIDE);
  const [run, rise, tread] = [58, 42, 15];
  return (x, y) => {
    const foot = 452 - Math.floor(x / run) * rise;
    const depth = y - foot;
    if (depth < 0) return undefined;
    const below = depth % rise;
    if (below < tread) return 168 + 12 * stone(x, y) - below;
    if (below < tread + 4) return 18;
    const seam = (x + Math.floor(depth / rise) * 31) % 96 < 2;
    return (seam ? 30 : 70) + 10 * stone(x, y) - depth * 0.08;
  };
}

/** How far a place lies from the line through two points. */
function distance(x: number, y: number, [x1, y1, x2, y2]: readonly number[]): number {
  return Math.abs((y2 - y1) * x - (x2 - x1) * y + x2 * y1 - y2 * x1) / Math.hypot(x2 - x1, y2 - y1);
}

/** A handrail along the flight, a thinner one below it, and upright bars. */
function railing(): Part {
  const slope = -42 / 58;
  const heightAt = (x: number) => 352 + slope * x;
  return (x, y) => {
    const top = heightAt(x);
    const rail = distance(x, y, [0, heightAt(0), SIDE, heightAt(SIDE)]);
    if (rail < 6) return rail < 2 ? 228 : 148;
    if (distance(x, y, [0, heightAt(0) + 74, SIDE, heightAt(SIDE) + 74]) < 3) return 30;
    const bar = (x + 20) % 29;
    if (bar < 5 && y > top && y < top + 104) return bar < 2 ? 140 : 24;
    return undefined;
  };
}

/** A round lamp on the wall, for edges of every direction. */
function lamp(): Part {
  return (x, y) => {
    const radius = Math.hypot(x - 66, y - 84);
    if (radius > 38) return undefined;
    return radius > 31 ? 20 : 236 - radius * 2.2;
  };
}

/** The scene from back to front; a later part covers an earlier one. */
function scene(): Part[] {
  return [wall(), window(150, 34), window(272, 34), lamp(), steps(), railing()];
}

/** Light falls off to the right and to the bottom, as it does in the photograph's stairwell. */
function light(x: number, y: number): number {
  return 1.14 - 0.16 * (x / SIDE) - 0.1 * (y / SIDE);
}

/**
 * The synthetic twin of the ascent picture: a staircase with a railing before a brick wall, made of straight
 * lines in several directions, curves, flat parts and textures. The same seed gives the same pixels.
 *
 * @returns 512 × 512 grey pixels with a mean near the photograph's 87.5
 */
export function staircase(seed = 1): GreyImage {
  const parts = scene().reverse();
  const grain = normals(uniforms(seed));
  const image = new GreyImage(SIDE, SIDE);
  const shade = (x: number, y: number): number => {
    for (const part of parts) {
      const grey = part(x, y);
      if (grey !== undefined) return grey;
    }
    return 0;
  };
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      // Four samples a pixel smooth the slanted edges as a lens does.
      const sum = shade(x, y) + shade(x + 0.5, y) + shade(x, y + 0.5) + shade(x + 0.5, y + 0.5);
      const grey = (sum / 4) * light(x, y) + 2 * grain();
      image.data[y * SIDE + x] = Math.min(255, Math.max(0, Math.round(grey)));
    }
  }
  return image;
}
