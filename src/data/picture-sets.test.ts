import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePng } from '../image/png';
import type { ImageFolder } from './folder/image-folder';
import { happyOrSad } from './happy-or-sad';
import { horseOrHuman } from './horse-or-human';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-sets-'));
  vi.stubEnv('CONVLAB_OFFLINE', '1');
  vi.stubEnv('CONVLAB_CACHE', join(root, 'cache'));
  vi.stubEnv('CONVLAB_FAST', '0');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const counts = ({ classNames, labels }: ImageFolder) =>
  classNames.map((name, i) => `${name} ${labels.filter((label) => label === i).length}`);

describe('the synthetic twin of', () => {
  beforeEach(() => vi.stubEnv('CONVLAB_DATA', ''));

  it('horse or human has as many pictures of the same size and the same names', async () => {
    const { train, validation, source, note } = await horseOrHuman();
    expect([counts(train), counts(validation)]).toEqual([
      ['horses 500', 'humans 527'],
      ['horses 128', 'humans 128'],
    ]);
    expect([train.inputShape, train.batchSize, validation.batchSize]).toEqual([[300, 300, 3], 128, 32]);
    expect(train.labelMode).toBe('binary');
    expect([train.files[0], train.files[1026]]).toEqual(['horses/horse01-0.png', 'humans/human17-30.png']);
    expect(new Set([...train.files, ...validation.files]).size).toBe(1283);
    expect([source, train.source]).toEqual(['synthetic', 'synthetic']);
    expect(note).toBe(
      'horse-or-human: the files are not here, so these are synthetic pictures (1,027 + 256, seeded)',
    );
  });

  it('horse or human is a tenth of it in fast mode', async () => {
    vi.stubEnv('CONVLAB_FAST', '1');
    const { train, validation } = await horseOrHuman({
      size: [30, 40],
      batch: 12,
      validationBatch: 4,
      colour: 'grey',
    });
    expect([train.size, validation.size, train.batchSize, validation.batchSize]).toEqual([120, 40, 12, 4]);
    expect(train.inputShape).toEqual([30, 40, 1]);
    const [a, b] = [await train.image(0), await train.image(1)];
    expect([a.width, a.height, a.channels]).toEqual([40, 30, 1]);
    expect(a.data).not.toEqual(b.data);
    expect((await validation.image(0)).data).not.toEqual(a.data);
    expect((await (await horseOrHuman({ size: [30, 40], colour: 'grey' })).train.image(0)).data).toEqual(
      a.data,
    );
  });

  it('happy or sad has forty faces of each', async () => {
    const { train, note } = await happyOrSad();
    expect(counts(train)).toEqual(['happy 40', 'sad 40']);
    expect([train.files[0], train.files[79]]).toEqual(['happy/happy1-00.png', 'sad/sad2-19.png']);
    expect([train.inputShape, train.batchSize]).toEqual([[300, 300, 3], 16]);
    expect(note).toMatch(/^happy-or-sad: .* synthetic pictures \(80, seeded\)$/);
  });
});

describe('a folder in CONVLAB_DATA', () => {
  const dot = encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(200) });
  const put = (...files: string[]) => {
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), dot);
    }
  };

  it('is taken, and said not to be the published one', async () => {
    vi.stubEnv('CONVLAB_DATA', root);
    put(
      'happy-or-sad/Files/data/happy/1.png',
      'happy-or-sad/Files/data/sad/1.png',
      'happy-or-sad/Files/data/sad/2.png',
    );
    const { train, source, note } = await happyOrSad({ size: [2, 2] });
    expect([counts(train), source]).toEqual([['happy 1', 'sad 2'], 'local']);
    expect(note).toBe(
      'happy-or-sad: not known to be the published data set (3): folder happy-or-sad from CONVLAB_DATA',
    );
    expect([...(await train.image(0)).data]).toEqual(Array(12).fill(200));
  });

  it('without one of its parts is not mixed with synthetic pictures', async () => {
    vi.stubEnv('CONVLAB_DATA', root);
    put('horse-or-human/horses/1.png', 'horse-or-human/humans/1.png');
    const { train, validation } = await horseOrHuman();
    expect([train.size, validation.size]).toEqual([1027, 256]);
  });

  it('with other classes is refused', async () => {
    vi.stubEnv('CONVLAB_DATA', root);
    put('happy-or-sad/cats/1.png', 'happy-or-sad/dogs/1.png');
    await expect(happyOrSad()).rejects.toThrow(
      'folder happy-or-sad from CONVLAB_DATA: expected the class folders "happy", "sad", found "cats", "dogs".',
    );
  });
});

/** Means and some pixels that Keras 3.15's image_dataset_from_directory gives at 300 × 300, and their places. */
const PLACES = [
  [10, 20],
  [150, 150],
  [77, 205],
  [299, 299],
] as const;
const KERAS = {
  horseOrHuman: {
    'horses/horse01-0.png': [183.754, 161.67, 172.89, 146, 223],
    'horses/horse50-9.png': [90.581, 79.33, 138, 47, 94],
    'humans/human01-00.png': [190.72, 187.67, 117, 238.67, 209],
    'humans/human17-30.png': [104.555, 94.67, 94.11, 141, 126],
  },
  happyOrSad: {
    'happy/happy1-00.png': [121.717, 0, 254.94, 235.06, 0],
    'happy/happy2-19.png': [124.209, 0, 254.75, 255, 0],
    'sad/sad1-00.png': [121.277, 0, 255, 255, 0],
    'sad/sad2-19.png': [120.638, 0, 255, 253.12, 0],
  },
};

/** The mean of a picture and its green at the places. */
async function numbers(folder: ImageFolder, file: string): Promise<number[]> {
  const picture = await folder.image(folder.files.indexOf(file));
  const mean = picture.data.reduce((sum, value) => sum + value, 0) / picture.data.length;
  return [mean, ...PLACES.map(([row, column]) => picture.at(row, column)[1])];
}

async function expectKeras(folder: ImageFolder, expected: Record<string, number[]>): Promise<void> {
  for (const [file, values] of Object.entries(expected)) {
    const actual = await numbers(folder, file);
    expect(Math.abs(actual[0] - values[0])).toBeLessThan(0.1);
    values.forEach((value, i) => expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(0.51));
  }
}

describe.runIf(process.env.CONVLAB_DATA)('real pictures', () => {
  it(`of horses and humans equal Keras'`, async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { train, validation, note } = await horseOrHuman();
    expect([train.size, validation.size]).toEqual([1027, 256]);
    expect(note).toContain('(1,027 + 256)');
    await expectKeras(train, KERAS.horseOrHuman);
  });

  it(`of happy and sad faces equal Keras'`, async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { train } = await happyOrSad();
    expect(counts(train)).toEqual(['happy 40', 'sad 40']);
    await expectKeras(train, KERAS.happyOrSad);
  });
});
