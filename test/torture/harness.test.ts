/** That the torture test tries what it says: places and moments of all kinds, limits that hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load } from '../setup/scripts';

const { place, damaged } = load('../test/torture/harness/mutate.mjs') as {
  place: fc.Arbitrary<(length: number) => number>;
  damaged: (corpus: Buffer[]) => fc.Arbitrary<Buffer>;
};
const { anyPart, anyUpTo } = load('../test/torture/harness/moments.mjs') as {
  anyPart: fc.Arbitrary<number>;
  anyUpTo: (most: number) => fc.Arbitrary<number>;
};

/** As the cases are drawn: a hundred at once. */
function draw<T>(arbitrary: fc.Arbitrary<T>, count = 4000): T[] {
  return Array.from({ length: count / 100 }, (_, seed) =>
    fc.sample(arbitrary, { seed, numRuns: 100 }),
  ).flat();
}

/** How many of the numbers lie in each tenth of the whole, as parts of all. */
function tenths(parts: number[]): number[] {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const part of parts) counts[Math.min(9, Math.floor(part * 10))]++;
  return counts.map((count) => count / parts.length);
}

describe('random moments', () => {
  it.each<[string, fc.Arbitrary<number>, number]>([
    ['parts of a whole', anyPart, 1],
    ['milliseconds', anyUpTo(300), 301],
  ])('%s are spread evenly', (_, arbitrary, whole) => {
    for (const share of tenths(draw(arbitrary).map((value) => value / whole))) {
      expect(share).toBeGreaterThan(0.07);
      expect(share).toBeLessThan(0.13);
    }
  });
});

describe('damage', () => {
  const SIZE = 100_000;

  it('is done at the header, at the end, and anywhere between', () => {
    const places = draw(place).map((at) => at(SIZE));
    const share = (test: (at: number) => boolean) => places.filter(test).length / places.length;
    expect(share((at) => at <= 64)).toBeGreaterThan(0.25);
    expect(share((at) => at <= 64)).toBeLessThan(0.5);
    expect(share((at) => at >= SIZE - 64)).toBeGreaterThan(0.08);
    for (const tenth of tenths(places.map((at) => at / (SIZE + 1)))) expect(tenth).toBeGreaterThan(0.03);
    expect(Math.min(...places)).toBe(0);
    expect(Math.max(...places)).toBe(SIZE);
  });

  it('reaches every tenth of a file', () => {
    const whole = Buffer.alloc(SIZE);
    const first = draw(damaged([whole]), 2000)
      .filter((bytes) => bytes.length === SIZE && !bytes.equals(whole))
      .map((bytes) => bytes.findIndex((byte) => byte !== 0) / SIZE);
    for (const share of tenths(first)) expect(share).toBeGreaterThan(0.01);
  });
});
