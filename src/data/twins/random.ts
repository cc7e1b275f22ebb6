import { normals, uniforms } from '../../basics/seeded';

/** Draws from one seed. */
export interface Draw {
  /** Evenly between two numbers. */
  between(low: number, high: number): number;
  /** Normal, with mean 0. */
  normal(deviation: number): number;
  /** One of several. */
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
  /** A seed for something of its own. */
  seed(): number;
}

/** The same draws in the same order for the same seed. */
export function drawFrom(seed: number): Draw {
  const uniform = uniforms(seed);
  const standard = normals(uniform);
  return {
    between: (low, high) => low + (high - low) * uniform(),
    normal: (deviation) => deviation * standard(),
    pick: (items) => items[Math.floor(uniform() * items.length)],
    chance: (probability) => uniform() < probability,
    seed: () => Math.floor(uniform() * 2 ** 32),
  };
}
