import { InputError } from './errors';
import { normals, uniforms } from './seeded';

/** Made-up houses: a floor area and a price each, spread around a straight line. */
export interface Houses {
  /** Floor areas, in 100 m². */
  x: number[];
  /** Prices, in 100,000 euros. */
  y: number[];
}

export interface HousesOptions {
  /** How many houses, default 60. */
  count?: number;
  /** The same seed gives the same houses, default 1. */
  seed?: number;
}

/** The line behind the prices: 190,000 € for each 100 m², and 50,000 € for the plot. */
const TRUTH = { w: 1.9, b: 0.5 };

/** The spread of the prices around the line, in 100,000 €. */
const NOISE = 0.3;

/**
 * Houses of 40 to 250 m² whose prices lie around 1.9·x + 0.5 with a normal spread of 0.3: a small
 * data set for linear regression. Areas are whole square metres, prices whole hundreds of euros.
 *
 * @throws InputError when count is not a whole number from 2
 */
export function houses({ count = 60, seed = 1 }: HousesOptions = {}): Houses {
  if (!Number.isInteger(count) || count < 2) {
    throw new InputError('regression.houses', 'count to be a whole number from 2', String(count));
  }
  const uniform = uniforms(seed);
  const normal = normals(uniform);
  const x = Array.from({ length: count }, () => Math.round(40 + 210 * uniform()) / 100);
  const y = x.map((area) => Math.round((TRUTH.w * area + TRUTH.b + NOISE * normal()) * 1000) / 1000);
  return { x, y };
}
