import { beforeAll, describe, expect, it } from 'vitest';
import { ready, tf } from '../../engine/index';
import { digits } from './digits';
import { drawTwin } from './draw';
import { handSigns } from './hands';
import { drawHappyOrSad } from './happy-or-sad';
import { drawHorseOrHuman } from './horse-or-human';
import { drawSet, type LabelledPixels } from './pixels';
import { classify } from './testing/classify';

beforeAll(async () => {
  await ready();
});

/** (Comparing many numbers one by one takes the test runner seconds.) */
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** The pictures of a twin of picture files, drawn small. */
const small = (draw: typeof drawHorseOrHuman, side: number) => (count: number, seed: number) =>
  drawSet(count, seed, ['0', '1'], [side, side, 3], (label, random) => draw(label, random, side));

describe.each([
  ['digits', digits, [28, 28, 1], 10],
  ['hand signs', handSigns, [64, 64, 3], 6],
] as const)('the synthetic %s', (_, make, shape, classes) => {
  const set = make(61, 3);

  it('have the shape of the published ones, and every class equally often', () => {
    expect(set.shape).toEqual(shape);
    expect(set.images.length).toBe(61 * shape[0] * shape[1] * shape[2]);
    expect(set.classNames).toEqual(Array.from({ length: classes }, (_, i) => String(i)));
    const counts = set.classNames.map((_, i) => set.labels.filter((label) => label === i).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('are the same for the same seed, others for another, and in no order', () => {
    const [again, other] = [make(61, 3), make(61, 4)];
    expect(isSame(again.images, set.images)).toBe(true);
    expect(again.labels).toEqual(set.labels);
    expect(isSame(other.images, set.images)).toBe(false);
    expect([...set.labels]).not.toEqual(Array.from({ length: 61 }, (_, i) => i % classes));
  });

  it('use most of the greys', () => {
    expect(new Set(set.images).size).toBeGreaterThan(200);
  });
});

describe('drawTwin', () => {
  it.each([
    ['horse-or-human', 300],
    ['happy-or-sad', 150],
  ] as const)('draws a picture of %s as large as the published ones', (of, side) => {
    const picture = drawTwin({ of, label: 1, seed: 5 });
    expect([picture.width, picture.height, picture.channels, picture.data.length]).toEqual([
      side,
      side,
      3,
      side * side * 3,
    ]);
    const again = (label: number, seed: number) => isSame(drawTwin({ of, label, seed }).data, picture.data);
    expect([again(1, 5), again(1, 6), again(0, 5)]).toEqual([true, false, false]);
  });
});

/**
 * The most that the linear classifier, and the least that the network may tell right of 300 held-out pictures.
 */
const BOUNDS: [string, (count: number, seed: number) => LabelledPixels, number, object, number, number][] = [
  ['digits', digits, 1500, { halvings: 1, filters: [12], epochs: 7 }, 0.62, 0.7],
  ['hand signs', handSigns, 600, { halvings: 1, filters: [8, 16], epochs: 9 }, 0.58, 0.62],
  ['faces', small(drawHappyOrSad, 24), 500, { filters: [8, 12], epochs: 9 }, 0.75, 0.85],
  ['horses and humans', small(drawHorseOrHuman, 24), 500, { filters: [8, 12], epochs: 9 }, 0.84, 0.84],
];

describe('a linear classifier does not solve, and a small network does', () => {
  it.each(BOUNDS)(
    '%s',
    async (_, make, count, options, ceiling, floor) => {
      const before = tf.memory().numTensors;
      const { linear, convolutional } = await classify(make(count, 10), make(300, 11), options);
      expect(linear).toBeLessThan(ceiling);
      expect(convolutional).toBeGreaterThan(floor);
      expect(tf.memory().numTensors).toBe(before);
    },
    300_000,
  );
});
