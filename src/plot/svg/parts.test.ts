import { describe, expect, it } from 'vitest';
import { COLOURS, colourAt } from '../theme';
import { VIRIDIS } from '../viridis';
import { rings } from './contour';
import { linearTicks, logTicks } from './ticks';

const texts = (ticks: readonly { text: string }[]) => ticks.map((tick) => tick.text);

describe('linearTicks', () => {
  it.each<[number, number, number, string[]]>([
    [0, 10, 5, ['0', '2', '4', '6', '8', '10']],
    [-0.5, 4, 5, ['0', '1', '2', '3', '4']],
    [-1, 1, 4, ['−1.0', '−0.5', '0.0', '0.5', '1.0']],
    [0.001, 0.0042, 4, ['0.001', '0.002', '0.003', '0.004']],
  ])('from %s to %s', (low, high, count, expected) => {
    expect(texts(linearTicks(low, high, count))).toEqual(expected);
  });

  it('are the multiples of a step that is given', () => {
    expect(texts(linearTicks(0.75, 4.25, 9, 1))).toEqual(['1', '2', '3', '4']);
    expect(texts(linearTicks(0.1, 100.9, 9, 20))).toEqual(['20', '40', '60', '80', '100']);
  });

  it('stays inside and near the number asked for, at any size', () => {
    for (let power = -12; power <= 12; power++) {
      const [low, high] = [1.3 * 10 ** power, 7.9 * 10 ** power];
      const ticks = linearTicks(low, high, 6);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(ticks.every(({ at }) => at >= low && at <= high)).toBe(true);
      expect(new Set(texts(ticks)).size).toBe(ticks.length);
    }
  });
});

describe('logTicks', () => {
  it.each<[number, number, string[]]>([
    [-2, 3, ['0.01', '0.1', '1', '10', '100', '1000']],
    [-0.1, 1.1, ['1', '2', '5', '10']],
    [5, 8, ['10⁵', '10⁶', '10⁷', '10⁸']],
    [-6, -3, ['10⁻⁶', '10⁻⁵', '10⁻⁴', '0.001']],
  ])('between 10^%s and 10^%s', (low, high, expected) => {
    expect(texts(logTicks(low, high))).toEqual(expected);
  });
});

/** Twice the area that a ring encloses; holes count negative (shoelace formula). */
function doubleArea(ring: readonly (readonly [number, number])[]): number {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
}

describe('rings', () => {
  it('of a peak are one diamond', () => {
    const [ring, ...others] = rings(
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
      0.5,
    );
    expect(others).toEqual([]);
    expect(new Set(ring.map(String))).toEqual(new Set(['1,0.5', '1.5,1', '1,1.5', '0.5,1']));
  });

  it('of a cone enclose the circle’s area', () => {
    const z = Array.from({ length: 61 }, (_, r) =>
      Array.from({ length: 61 }, (__, c) => -Math.hypot(r - 30, c - 30)),
    );
    const found = rings(z, -20.25);
    expect(found).toHaveLength(1);
    expect(Math.abs(doubleArea(found[0])) / 2 / (Math.PI * 20.25 ** 2)).toBeCloseTo(1, 2);
  });

  it('close along the edge of the grid', () => {
    const found = rings(
      [
        [1, 1],
        [1, 1],
      ],
      0.5,
    );
    expect(found).toHaveLength(1);
    expect(Math.abs(doubleArea(found[0])) / 2).toBeCloseTo(1, 12);
  });

  it('go the other way round a hole', () => {
    const z = [
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
      [1, 1, 0, 1, 1],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
    ];
    const areas = rings(z, 0.5)
      .map(doubleArea)
      .sort((a, b) => a - b);
    expect(areas).toHaveLength(2);
    expect(Math.sign(areas[0])).toBe(-Math.sign(areas[1]));
    expect(Math.abs(areas[0] + areas[1]) / 2).toBeCloseTo(16 - 0.5, 12);
  });

  it('of a saddle stay apart, and of nothing are none', () => {
    expect(
      rings(
        [
          [1, 0],
          [0, 1],
        ],
        0.5,
      ),
    ).toHaveLength(2);
    expect(
      rings(
        [
          [0, 0],
          [0, 0],
        ],
        0.5,
      ),
    ).toEqual([]);
  });
});

describe('colourAt', () => {
  it('gives the stops, what lies between, and the ends beyond', () => {
    expect(colourAt(VIRIDIS, 0)).toBe('#440154');
    expect(colourAt(VIRIDIS, 10 / 17)).toBe('#21a585');
    expect(
      colourAt(
        [
          [0, '#000000'],
          [1, '#ff8000'],
        ],
        0.5,
      ),
    ).toBe('#804000');
    expect([colourAt(VIRIDIS, -3), colourAt(VIRIDIS, 7)]).toEqual(['#440154', '#fde725']);
  });

  it('and the series’ colours are six digits', () => {
    expect(Object.values(COLOURS).every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
  });
});
