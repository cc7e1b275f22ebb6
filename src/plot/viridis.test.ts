import { describe, expect, it } from 'vitest';
import { colourAt } from './theme';
import { VIRIDIS, VIRIDIS_RGB } from './viridis';

const hex = (i: number) => Buffer.from(VIRIDIS_RGB.subarray(3 * i, 3 * i + 3)).toString('hex');

describe('viridis', () => {
  it('has matplotlib’s colours', () => {
    expect(VIRIDIS_RGB).toHaveLength(3 * 256);
    const published = { 0: '440154', 25: '482475', 64: '3b528b', 100: '2a768e', 128: '21918c' };
    const bright = { 192: '5ec962', 223: 'aadc32', 255: 'fde725' };
    for (const [i, colour] of Object.entries({ ...published, ...bright }))
      expect(hex(Number(i))).toBe(colour);
  });

  it('grows brighter at every step', () => {
    const brightness = Array.from({ length: 256 }, (_, i) => {
      const [red, green, blue] = VIRIDIS_RGB.subarray(3 * i, 3 * i + 3);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    expect(brightness.every((value, i) => i === 0 || value > brightness[i - 1] - 0.5)).toBe(true);
    expect(brightness[255] - brightness[0]).toBeGreaterThan(190);
  });

  it('is written out as stops near every one of them', () => {
    for (let i = 0; i < 256; i++) {
      const mixed = Buffer.from(colourAt(VIRIDIS, i / 255).slice(1), 'hex');
      const exact = VIRIDIS_RGB.subarray(3 * i, 3 * i + 3);
      expect(Math.max(...mixed.map((value, c) => Math.abs(value - exact[c])))).toBeLessThanOrEqual(5);
    }
  });
});
