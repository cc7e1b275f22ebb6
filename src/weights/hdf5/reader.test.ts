import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadHdf5 } from './library';
import { Hdf5Reader } from './reader';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-hdf5-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('a small file cannot ask for much memory', async () => {
  const { File } = await loadHdf5();
  const path = join(folder, 'promise.h5');
  const made = new File(path, 'w');
  const one = { name: 'w', data: new Float32Array(1), shape: [1, 1], dtype: '<f' };
  made.create_dataset({ ...one, maxshape: [null, null], chunks: [1, 1] });
  (made.get('w') as unknown as { resize: (shape: number[]) => void }).resize([8192, 8192]);
  made.close();
  const reader = await Hdf5Reader.open(path, 'promise.h5');
  const { shape, read } = reader.dataset('w');
  expect(shape).toEqual([8192, 8192]);
  expect(read).toThrow(/^promise.h5, w: expected values that fit into memory, found 268435456 bytes/);
  reader.close();
});
