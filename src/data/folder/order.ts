import { uniforms } from '../../basics/seeded';

/** One seed out of several numbers; equal numbers give equal seeds. */
export function mixed(...numbers: readonly number[]): number {
  return numbers.reduce((seed, number) => {
    const step = Math.imul(seed ^ (number | 0), 0x9e3779b1);
    return (step ^ (step >>> 15)) >>> 0;
  }, 0x243f6a88);
}

/** The items in an order drawn from the seed (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const uniform = uniforms(seed);
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Parts of `size` items, the last one with what is left. */
export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
