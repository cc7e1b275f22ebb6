import { describe, expect, it } from 'vitest';
import { convolve } from '../../basics/filters';
import { staircase } from './staircase';

const picture = staircase();

describe('the synthetic staircase', () => {
  it('is as bright as the photograph and uses most of the greys', () => {
    expect(picture.width * picture.height).toBe(512 * 512);
    expect(Math.abs(picture.mean() - 87.48)).toBeLessThan(1);
    expect(new Set(picture.data).size).toBeGreaterThan(200);
  });

  it('is the same for the same seed', () => {
    expect(staircase().data).toEqual(picture.data);
    expect(staircase(2).data).not.toEqual(picture.data);
  });

  it('has edges in several directions, so that each filter shows something else', () => {
    const upDown = convolve(picture, [
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ]).mean();
    const leftRight = convolve(picture, [
      [-1, -2, -1],
      [0, 0, 0],
      [1, 2, 1],
    ]).mean();
    const any = convolve(picture, [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ]).mean();
    expect(Math.min(upDown, leftRight, any)).toBeGreaterThan(5);
    expect(Math.abs(upDown - leftRight)).toBeGreaterThan(2);
  });
});
