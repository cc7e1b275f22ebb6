import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endlessObject } from './hdf5-heaps';

const folder = mkdtempSync(join(tmpdir(), 'convlab-heaps-'));
const path = join(folder, 'a.h5');
let sound: Buffer;

beforeAll(async () => {
  const { File, ready } = await import('h5wasm/node');
  await ready;
  const file = new File(path, 'w');
  file.create_attribute('one', ['some text', 'another']);
  file.create_dataset({ name: 'x', data: new Float32Array(10), shape: [10] });
  file.close();
  sound = readFileSync(path);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is found in the file after a change. */
function found(change: (bytes: Buffer, heap: number) => Buffer): number | undefined {
  const bytes = Buffer.from(sound);
  writeFileSync(path, change(bytes, bytes.indexOf('GCOL')));
  return endlessObject(path);
}

describe('texts in an HDF5 file', () => {
  it('that are sound end', () => {
    expect(sound.includes('GCOL')).toBe(true);
    expect(found((bytes) => bytes)).toBeUndefined();
  });

  it('do not end at an object of no size', () => {
    const heap = sound.indexOf('GCOL');
    expect(found((bytes) => bytes.fill(0, heap + 16, heap + 32))).toBe(heap + 16);
  });

  it('do not end at an object whose size comes round to nothing in 32 bits', () => {
    const heap = sound.indexOf('GCOL');
    const place = found((bytes) => {
      bytes.writeUInt32LE(0xfffffff0, heap + 24);
      return bytes;
    });
    expect(place).toBe(heap + 16);
  });

  it('are found wherever they lie', () => {
    const at = 3 * (1 << 20) - 7;
    const place = found((bytes, heap) => {
      bytes.fill(0, heap + 16, heap + 32);
      return Buffer.concat([Buffer.alloc(at), bytes.subarray(heap)]);
    });
    expect(place).toBe(at + 16);
  });

  it('are no heap where only the letters stand, or at the very end', () => {
    expect(found((bytes, heap) => bytes.fill(0, heap + 4, heap + 32))).toBeUndefined();
    expect(found(() => Buffer.from('GCOL\x01'))).toBeUndefined();
    expect(found(() => Buffer.concat([Buffer.alloc(40), Buffer.from('GCOL\x01')]))).toBeUndefined();
  });

  it('in heaps upon heaps are read in a moment', () => {
    const one = Buffer.alloc(32); // a heap whose object ends in the next heap
    one.write('GCOL\x01\0\0\0\xff\xff\xff\x0f', 'latin1');
    one.writeUInt32LE(32, 24);
    const began = performance.now();
    expect(found(() => Buffer.concat(Array.from({ length: 100_000 }, () => one)))).toBeDefined();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
