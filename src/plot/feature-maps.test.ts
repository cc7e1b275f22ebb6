import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jimp } from 'jimp';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { $display } from './display';
import { featureMaps } from './feature-maps';
import { VIRIDIS_RGB } from './viridis';

beforeAll(() => ready());

const { layers } = tf;

/** Conv2D(3, 3, relu) and max pooling on 6×6×2; its third channel is dead. */
function small(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 2], name: 'conv' }),
      layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
      layers.flatten(),
      layers.dense({ units: 2, name: 'dense' }),
    ],
  });
  const kernel = Array.from({ length: 54 }, (_, i) => (((5 * i * i + 11 * i) % 17) - 8) / 17);
  tf.tidy(() => {
    model.getLayer('conv').setWeights([tf.tensor(kernel, [3, 3, 2, 3]), tf.tensor1d([0.1, -0.2, -9])]);
  });
  return model;
}

const image = () =>
  tf.tensor3d(
    Float32Array.from({ length: 72 }, (_, i) => ((7 * i * i + 3 * i) % 23) / 23),
    [6, 6, 2],
  );

/** One input, so many 1×1 convolutions one after the other. */
function chain(side: number, filters: readonly number[]): tf.LayersModel {
  const input = tf.input({ shape: [side, side, 3] });
  const end = filters.reduce((last, count, i) => {
    return layers
      .conv2d({ filters: count, kernelSize: 1, name: `block${i}` })
      .apply(last) as tf.SymbolicTensor;
  }, input);
  return tf.model({ inputs: input, outputs: end });
}

/** The text of what was thrown. */
function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('plot.featureMaps', () => {
  it('has the tiles that the course’s code makes in Keras, and leaves no tensor', () => {
    const model = small();
    const input = image();
    const before = tf.memory().numTensors;
    const { maps } = featureMaps(model, input);
    expect(tf.memory().numTensors).toBe(before);
    expect(maps.map(({ layer, height, width, channels }) => [layer, height, width, channels])).toEqual([
      ['conv', 4, 4, 3],
      ['pool', 2, 2, 3],
    ]);
    const conv = [
      [157, 46, 154, 138, 45, 54, 255, 85, 86, 121, 82, 152, 244, 77, 178, 156],
      [33, 176, 136, 192, 197, 7, 127, 186, 89, 141, 177, 128, 82, 164, 7, 199],
      new Array<number>(16).fill(128),
    ];
    const pool = [
      [50, 205, 175, 80],
      [168, 147, 18, 177],
      [128, 128, 128, 128],
    ];
    expect(maps[1].tiles.map((tile) => [...tile])).toEqual(pool);
    expect(maps[0].tiles.map((tile) => [...tile])).toEqual(conv);
    model.dispose();
    input.dispose();
  });

  it('draws each value in its colour of viridis', async () => {
    const model = small();
    const figure = featureMaps(model, image(), { layers: ['pool'] });
    const { bitmap } = await Jimp.read(await figure.toPng());
    // 12 white, 26 of text, then three tiles of 177 pixels; four values each.
    const colour = (x: number, y: number) => [
      ...bitmap.data.subarray(4 * (y * bitmap.width + x)).subarray(0, 3),
    ];
    const places: [number, number][] = [40, 130].flatMap((y) =>
      [40, 130].map((x): [number, number] => [x, y]),
    );
    figure.maps[0].tiles.forEach((tile, channel) => {
      places.forEach(([x, y], i) => {
        const shown = colour(12 + 179 * channel + x, 38 + y);
        const exact = VIRIDIS_RGB.subarray(3 * tile[i], 3 * tile[i] + 3);
        expect(Math.max(...shown.map((value, c) => Math.abs(value - exact[c])))).toBeLessThanOrEqual(6);
      });
    });
    model.dispose();
  });

  it('takes pictures as shares of 255, and tensors as they are', () => {
    const model = chain(2, [2]);
    const bytes = Uint8Array.from({ length: 12 }, (_, i) => (i * 91) % 256);
    const picture = { width: 2, height: 2, channels: 3 as const, data: bytes };
    const batch = tf.tidy(() => tf.tensor4d(Float32Array.from(bytes), [1, 2, 2, 3]).div(255));
    const options = { normalise: false };
    expect(featureMaps(model, picture, options).maps).toEqual(featureMaps(model, batch, options).maps);
  });

  it('without normalising tells strong channels from weak', () => {
    const model = small();
    const [conv] = featureMaps(model, image(), { normalise: false, layers: ['conv'] }).maps;
    expect([...conv.tiles[2]]).toEqual(new Array<number>(16).fill(0));
    expect(Math.max(...conv.tiles.map((tile) => Math.max(...tile)))).toBe(255);
  });

  it('keeps 2,048 channels and 40 layers under 300 kB, and says what it leaves out', async () => {
    const model = chain(8, [...new Array<number>(38).fill(64), 256, 2048]);
    const before = tf.memory().numTensors;
    const uniform = tf.randomUniform([8, 8, 3], 0, 1, 'float32', 7);
    const figure = featureMaps(model, uniform);
    uniform.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const bundle = await figure[$display]();
    expect(JSON.stringify(bundle).length).toBeLessThan(300_000);
    expect(Object.keys(bundle)).toEqual(['image/png', 'text/plain']);
    expect(figure.maps).toHaveLength(24);
    expect(figure.maps.map(({ layer }) => layer).filter((_, i) => i % 23 === 0)).toEqual([
      'block0',
      'block39',
    ]);
    expect(String(figure)).toMatch(/24 of 40 layers\n {2}block0: 8×8, 64 channels\n/);
    expect(String(figure)).toContain('block39: 8×8, 64 of 2048 channels');
  });

  it('shows a map of one pixel by its layer', () => {
    const [first] = featureMaps(chain(1, [8]), tf.ones([1, 1, 3])).maps;
    expect(new Set(first.tiles.map(([value]) => value)).size).toBeGreaterThan(4);
  });

  it('looks a layer that two models share up in the model at hand', () => {
    const shared = layers.conv2d({ filters: 2, kernelSize: 1, name: 'shared' });
    const models = [4, 6].map((side) => {
      const input = tf.input({ shape: [side, side, 1] });
      return tf.model({ inputs: input, outputs: shared.apply(input) as tf.SymbolicTensor });
    });
    expect(
      models.map((model, i) => featureMaps(model, tf.ones([4 + 2 * i, 4 + 2 * i, 1])).maps[0].width),
    ).toEqual([4, 6]);
  });

  it('saves a whole PNG file or none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'convlab-plot-'));
    const figure = featureMaps(small(), image());
    await figure.save(join(folder, 'maps.png'));
    expect(await readFile(join(folder, 'maps.png'))).toEqual(await figure.toPng());
    await expect(figure.save(join(folder, 'maps.jpg'))).rejects.toThrow(/ends in .png, got .*maps.jpg/);
    await expect(figure.save(join(folder, 'missing', 'maps.png'))).rejects.toThrow(/ENOENT/);
    expect(await readdir(folder)).toEqual(['maps.png']);
    await rm(folder, { recursive: true });
  });

  it('refuses what does not fit, and leaves no tensor', () => {
    const model = small();
    const before = tf.memory().numTensors;
    const grey = { width: 6, height: 6, data: new Uint8Array(36) };
    expect(messageOf(() => featureMaps(model, grey))).toBe(
      'plot.featureMaps: expected one image of 6×6×2 (height × width × channels), got shape [6, 6, 1]. ' +
        'Resize or convert it to what the model takes.',
    );
    const unknown = () => featureMaps(model, grey, { layers: ['conv', 'dense'] });
    expect(messageOf(unknown)).toBe('plot.featureMaps: expected layers among conv, pool, got dense.');
    expect(messageOf(() => featureMaps(model, grey, { layers: [] }))).toContain('got none');
    expect(messageOf(() => featureMaps(model, grey, { channels: 0 }))).toContain('from 1 to 256, got 0');
    const dense = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] });
    expect(messageOf(() => featureMaps(dense, grey))).toContain('1 layers and none of that kind');
    dense.dispose();
    expect(messageOf(() => featureMaps(tf.sequential(), grey))).toContain('its inputShape');
    const broken = tf.fill([6, 6, 2], NaN);
    expect(messageOf(() => featureMaps(model, broken))).toContain('finite numbers in the output of conv');
    broken.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
