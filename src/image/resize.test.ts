import { describe, expect, it } from 'vitest';
import { resize, type Pixels } from './resize';
import golden from './testing/golden.json';

type Case = (typeof golden.tensorflow)[number];

/** The same numbers as pattern() in testing/golden.py. */
function pattern(height: number, width: number, channels: number): Pixels {
  const data = Uint8Array.from({ length: height * width * channels }, (_, i) => {
    const c = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    return x * 37 + y * 59 + c * 101 + x * y * 5;
  });
  return { width, height, channels: channels as 1 | 3, data };
}

function resized({ from: [height, width, channels], to }: Case, antialias: boolean): Pixels {
  return resize(pattern(height, width, channels), to[1], to[0], antialias);
}

/** The largest difference of two pictures. */
function largest(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

const titled = (cases: Case[]) =>
  cases.map((example) => [`${example.from.join('×')} → ${example.to.join('×')}`, example] as const);

describe('resize', () => {
  it.each(titled(golden.tensorflow))(`gives TensorFlow's pixels without antialias: %s`, (_, example) => {
    const expected = Buffer.from(example.data, 'base64');
    expect(largest(resized(example, false).data, expected)).toBeLessThanOrEqual(1);
  });

  it.each(titled(golden.pillow))(
    `gives Pillow's pixels with antialias, to the last bit: %s`,
    (_, example) => {
      expect(largest(resized(example, true).data, Buffer.from(example.data, 'base64'))).toBe(0);
    },
  );

  it('counts every pixel of a strong reduction with antialias only', () => {
    const { data } = pattern(64, 64, 1);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const one = (antialias: boolean) => resize(pattern(64, 64, 1), 1, 1, antialias).data[0];
    expect(Math.abs(one(true) - mean)).toBeLessThan(8);
    expect(one(false)).not.toBe(one(true));
  });

  it('leaves a picture of the right size as it is', () => {
    const picture = pattern(4, 5, 3);
    expect(resize(picture, 5, 4, true)).toBe(picture);
  });
});
