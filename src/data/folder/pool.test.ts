import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PictureError } from '../../image/errors';
import { Cancelled, WorkerPool } from './pool';

const SCRIPT = join(__dirname, 'testing', 'crash.cjs');

const task = (name: string) => ({
  source: { file: name, name },
  form: { colour: 'rgb', antialias: false } as const,
});

describe('WorkerPool', () => {
  it('answers in any number of threads', async () => {
    const pool = new WorkerPool(SCRIPT, 3);
    const names = Array.from({ length: 20 }, (_, i) => 'x'.repeat(i + 1));
    const all = await Promise.all(names.map((name) => pool.run(task(name))));
    expect(all.map(({ data }) => data[0])).toEqual(names.map((name) => name.length));
    expect(pool.count).toBe(3);
  });

  it.each([
    [
      'exits',
      /^exits: expected a picture that can be decoded, found that its thread ended \(exit code 3\)\.$/,
    ],
    ['throws', /found that its thread ended \(out of memory\)/],
  ])('outlives a thread that %s, and the calls behind it', async (name, message) => {
    const pool = new WorkerPool(SCRIPT, 1);
    const before = pool.run(task('ab'));
    const culprit = pool.run(task(name));
    const behind = [pool.run(task('abc')), pool.run(task('abcd'))];
    await expect(culprit).rejects.toThrow(message);
    await expect(culprit).rejects.toBeInstanceOf(PictureError);
    expect((await before).data[0]).toBe(2);
    expect((await Promise.all(behind)).map(({ data }) => data[0])).toEqual([3, 4]);
    expect(pool.count).toBe(1);
  });

  it('drops what was cancelled', async () => {
    const pool = new WorkerPool(SCRIPT, 1);
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    cancelled[0] = 1;
    await expect(pool.run(task('a'), cancelled)).rejects.toBeInstanceOf(Cancelled);
    expect((await pool.run(task('abc'))).data[0]).toBe(3);
  });

  it('lets a script end while its threads are idle', () => {
    const pool = join(__dirname, '..', '..', '..', 'dist', 'data', 'folder', 'pool.js');
    const source = { twin: { of: 'happy-or-sad', label: 0, seed: 1 }, name: 'a' };
    const script = `
      const { sharedPool } = require(${JSON.stringify(pool)});
      sharedPool().run({ source: ${JSON.stringify(source)}, form: { colour: 'grey', antialias: false } })
        .then(({ data }) => console.log(data.length));`;
    const { stdout, status } = spawnSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect([stdout, status]).toEqual(['22500\n', 0]);
  });
});
