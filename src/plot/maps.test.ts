import { Jimp } from 'jimp';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { $display } from './display';
import { maps } from './maps';

beforeAll(() => ready());

const ramp = (side: number, slope = 1) =>
  Array.from({ length: side }, (_, y) => {
    return Array.from({ length: side }, (__, x) => slope * (y * side + x));
  });

interface Shown {
  data: { zmin: number; zmax: number; z: number[][]; colorscale: [number, string][] }[];
  layout: Record<string, unknown>;
}

describe('plot.maps', () => {
  it('enlarges maps to equal size, each in all of viridis, with what the ends stand for', async () => {
    const figure = maps([ramp(24), ramp(20), ramp(16)], { titles: ['conv 1', 'conv 2', 'conv 3'] });
    const { bitmap } = await Jimp.read(await figure.toPng());
    expect([bitmap.width, bitmap.height]).toEqual([12 + 3 * 332, 12 + 48 + 320 + 12]);
    const colour = (x: number, y: number) => {
      return Buffer.from(bitmap.data.subarray(4 * (y * bitmap.width + x)).subarray(0, 3)).toString('hex');
    };
    for (const left of [12, 344, 676]) {
      expect([colour(left, 60), colour(left + 319, 60 + 319)]).toEqual(['440154', 'fde725']);
    }
    expect(String(figure)).toBe(
      '3 maps: conv 1: 24×24, 0 to 575 | conv 2: 20×20, 0 to 399 | conv 3: 16×16, 0 to 255',
    );
  });

  it('compares maps on a common scale, in grey if asked', async () => {
    const figure = maps([ramp(4), ramp(4, -0.5)], { scale: 'common', colours: 'grey' });
    expect(figure.ranges).toEqual([
      [-7.5, 15],
      [-7.5, 15],
    ]);
    const { data } = (await figure[$display]())['application/vnd.plotly.v1+json'] as Shown;
    expect(data.map(({ zmin, zmax }) => [zmin, zmax])).toEqual(figure.ranges);
    expect(data[0].colorscale).toEqual([
      [0, '#000000'],
      [1, '#ffffff'],
    ]);
    expect(data[1].z[3]).toEqual([-6, -6.5, -7, -7.5]);
  });

  it('reads tensors and leaves them', () => {
    const tensor = tf.tensor2d(ramp(3));
    const before = tf.memory().numTensors;
    expect(String(maps([tensor]))).toBe(String(maps([ramp(3)])));
    expect(tf.memory().numTensors).toBe(before);
    tensor.dispose();
  });

  it('sends small maps number by number, large ones as a picture only, all under 300 kB', async () => {
    const small = await maps([ramp(24)])[$display]();
    expect(Object.keys(small)).toEqual(['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
    const large = await maps([1, 2, 3, 4, 5, 6, 7, 8].map((slope) => ramp(300, slope)))[$display]();
    expect(Object.keys(large)).toEqual(['image/png', 'text/plain']);
    expect(JSON.stringify(large).length).toBeLessThan(300_000);
  });

  it('shows what never changes in the middle colour', async () => {
    const { raster } = await maps([[[5, 5]]]).draw(1);
    expect(raster.data[45 * raster.width + 100]).toBe(120);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no maps', () => maps([]), /at least one picture/],
    ['ragged rows', () => maps([[[1, 2], [1]]]), /rows of equal length, got rows of 2 or 1/],
    ['empty maps', () => maps([[]]), /rows of equal length, got rows of nothing/],
    ['numbers that are none', () => maps([ramp(2), [[NaN]]]), /finite numbers in map 2, got NaN/],
    ['another rank', () => maps([tf.zeros([2, 2, 3])]), /rank 2, got shape \[2, 2, 3\]. tensor.squeeze/],
    ['too few titles', () => maps([ramp(2), ramp(2)], { titles: ['a'] }), /2 titles/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
