import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Hdf5 from 'h5wasm/node' with { 'resolution-mode': 'import' };
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataError, FormatError } from '../errors';
import { readHdf5 } from './hdf5';

let root: string;
let good: string;

const PIXELS = Uint8Array.from({ length: 24 }, (_, i) => i * 10);

/** Writes a file with the HDF5 library itself. */
async function write(name: string, fill: (file: Hdf5.File) => void): Promise<string> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const path = join(root, name);
  const file = new hdf5.File(path, 'w');
  fill(file);
  file.close();
  return path;
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'convlab-hdf5-'));
  good = await write('good.h5', (file) => {
    file.create_dataset({ name: 'x', data: PIXELS, shape: [2, 3, 4] });
    file.create_dataset({ name: 'y', data: BigInt64Array.of(0n, 5n) });
    file.create_dataset({
      name: 'packed',
      data: PIXELS,
      shape: [2, 3, 4],
      chunks: [1, 3, 4],
      compression: 9,
    });
    file.create_dataset({ name: 'floats', data: Float32Array.of(1.5, 2) });
    file.create_dataset({ name: 'large', data: Int32Array.of(1, 256) });
    file.create_dataset({ name: 'negative', data: Int8Array.of(-1) });
    file.create_dataset({ name: 'text', data: ['a', 'b'] });
    file.create_group('group');
  });
});

afterAll(() => rmSync(root, { recursive: true }));

describe('readHdf5 reads', () => {
  it('bytes, and whole numbers of other types as bytes', async () => {
    expect(await readHdf5(good, 'a.h5', { x: 3, y: 1 })).toEqual({
      x: { shape: [2, 3, 4], data: PIXELS },
      y: { shape: [2], data: Uint8Array.of(0, 5) },
    });
  });

  it('packed arrays', async () => {
    expect((await readHdf5(good, 'a.h5', { packed: 3 })).packed.data).toEqual(PIXELS);
  });
});

describe('readHdf5 refuses', () => {
  it.each<[string, Record<string, number>, RegExp]>([
    [
      'an array that is not there',
      { z: 1 },
      /a data set "z", found only floats, good|a data set "z", found only /,
    ],
    ['another number of sides', { x: 4 }, /"x" to be an array of 4 sides .*, found shape \(2, 3, 4\)/],
    ['fractions', { floats: 1 }, /whole numbers from 0 to 255, found the number 1\.5/],
    ['numbers above 255', { large: 1 }, /found the number 256/],
    ['negative numbers', { negative: 1 }, /found the number -1/],
    ['text', { text: 1 }, /found no numbers/],
    ['a group', { group: 1 }, /found no array/],
  ])('%s', async (_, wanted, message) => {
    await expect(readHdf5(good, 'a.h5', wanted)).rejects.toThrow(FormatError);
    await expect(readHdf5(good, 'a.h5', wanted)).rejects.toThrow(message);
  });

  it('a promise of 4 TB, before memory is taken', async () => {
    const path = await write('huge.h5', (file) => {
      const [shape, chunks] = [
        [1, 1, 1],
        [1, 1, 1],
      ];
      file.create_dataset({ name: 'x', data: Uint8Array.of(1), shape, chunks, maxshape: [null, null, null] });
      (file.get('x') as Hdf5.Dataset).resize([16384, 16384, 16384]);
    });
    await expect(readHdf5(path, 'a.h5', { x: 3 })).rejects.toThrow(
      /shape \(16384, 16384, 16384\), which is too large/,
    );
  });

  it('what is no HDF5 file', async () => {
    const path = join(root, 'page.h5');
    writeFileSync(path, '<html><body>');
    await expect(readHdf5(path, 'a.h5', { x: 3 })).rejects.toThrow(
      'a.h5: expected an HDF5 file, found one that begins with "<html><b".',
    );
    await expect(readHdf5(join(root, 'none'), 'a.h5', { x: 3 })).rejects.toThrow(
      /^a\.h5: expected a readable file, but .*ENOENT/,
    );
    await expect(readHdf5(root, 'a.h5', { x: 3 })).rejects.toThrow(DataError);
  });

  it('a file that is cut short or damaged, without a word on the terminal', async () => {
    const output = vi.spyOn(process.stderr, 'write');
    const bytes = readFileSync(good);
    const path = join(root, 'damaged.h5');
    for (const length of [8, 50, 100, 1000, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      await expect(readHdf5(path, 'a.h5', { x: 3 })).rejects.toThrow(
        /^a\.h5: expected a whole HDF5 file, found a damaged one/,
      );
    }
    expect(output).not.toHaveBeenCalled();
    output.mockRestore();
  });

  it('a damaged file, and says what is wrong in it', async () => {
    const bytes = readFileSync(good);
    bytes.fill(255, 40, 48);
    const path = join(root, 'reason.h5');
    writeFileSync(path, bytes);
    await expect(readHdf5(path, 'a.h5', { x: 3 })).rejects.toThrow(/a damaged one \([a-z][^:()]+\)\.$/);
  });

  it('a file with a text of no size, which its library would read for ever', async () => {
    const bytes = readFileSync(good);
    const heap = bytes.indexOf('GCOL');
    bytes.fill(0, heap + 16, heap + 32);
    const path = join(root, 'endless.h5');
    writeFileSync(path, bytes);
    await expect(readHdf5(path, 'a.h5', { x: 3 })).rejects.toThrow(
      `a.h5, byte ${heap + 16}: expected texts that come to an end`,
    );
  });

  it('a file with bytes changed anywhere, or reads arrays of the right size', async () => {
    const bytes = readFileSync(good);
    const path = join(root, 'changed.h5');
    for (let i = 0; i < 300; i++) {
      const changed = Buffer.from(bytes);
      changed[(i * 7) % 2100] ^= 1 << (i % 8);
      writeFileSync(path, changed);
      try {
        const { x } = await readHdf5(path, 'a.h5', { x: 3 });
        expect(x.data).toHaveLength(x.shape.reduce((product, side) => product * side, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
  });

  it('a small file that promises much', async () => {
    const hdf5 = await import('h5wasm/node');
    await hdf5.ready;
    const path = join(root, 'promise.h5');
    const file = new hdf5.File(path, 'w');
    file.create_dataset({
      name: 'x',
      data: Uint8Array.of(1),
      shape: [1, 1, 1],
      maxshape: [null, null, null],
      chunks: [1, 1, 1],
    });
    (file.get('x') as unknown as { resize: (shape: number[]) => void }).resize([512, 512, 1024]);
    file.close();
    await expect(readHdf5(path, 'a.h5', { x: 3 })).rejects.toThrow(
      /found shape \(512, 512, 1024\), which is too large/,
    );
  });

  it('nothing more afterwards: the library still reads', async () => {
    expect((await readHdf5(good, 'a.h5', { x: 3 })).x.data).toEqual(PIXELS);
  });
});
