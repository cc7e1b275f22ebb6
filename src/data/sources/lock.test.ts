import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FutureLock, withLock } from './lock';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-lock-'));
  path = join(root, 'file');
});

afterEach(() => rmSync(root, { recursive: true }));

describe('withLock', () => {
  it('lets one in at a time, and all in the end', async () => {
    let inside = 0;
    const visit = async () => {
      expect(++inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all([withLock(path, visit), withLock(path, visit), withLock(path, visit)]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('lets the next one in after an error', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, () => Promise.resolve(1))).toBe(1);
  });

  it('takes over from one that has given no sign of life for ten seconds', async () => {
    mkdirSync(`${path}.lock`);
    const then = new Date(Date.now() - 11_000);
    utimesSync(`${path}.lock`, then, then);
    expect(await withLock(path, () => Promise.resolve(1))).toBe(1);
  });

  it('says that it waits when another holds the lock for long', async () => {
    let release: () => void = () => undefined;
    let held = Promise.resolve();
    await new Promise<void>((begun) => {
      held = withLock(path, () => {
        begun();
        return new Promise<void>((resolve) => (release = resolve));
      });
    });
    let next = Promise.resolve();
    await new Promise<void>((waits) => {
      next = withLock(path, () => Promise.resolve(), waits);
    });
    release();
    await Promise.all([held, next]);
  });

  it('stops an action whose lock is lost, and runs it again under a new one', async () => {
    let runs = 0;
    const result = await withLock(path, async (signal) => {
      if (++runs === 2) return 'done';
      rmSync(`${path}.lock`, { recursive: true });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('stopped');
    });
    expect([result, runs]).toEqual(['done', 2]);
  });

  it('takes over a lock from the future that nobody renews, and only such a one', async () => {
    const lock = `${path}.lock`;
    mkdirSync(lock);
    let elapsed = 0;
    const future = new FutureLock(lock, () => elapsed);
    const renew = (ahead: number) => utimesSync(lock, new Date(), new Date(Date.now() + ahead));
    for (const ahead of [3_600_000, 3_601_000]) {
      renew(ahead);
      await future.age();
      elapsed += 9_000;
    }
    await future.age();
    expect(statSync(lock).mtimeMs).toBeGreaterThan(Date.now());
    elapsed += 2_000;
    await future.age();
    expect(statSync(lock).mtimeMs).toBe(0);
    expect(await withLock(path, () => Promise.resolve(1))).toBe(1);
  });

  it('fails where no lock can be made', async () => {
    await expect(withLock(join(root, 'none', 'file'), () => Promise.resolve())).rejects.toThrow(/ENOENT/);
  });
});
