import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handPhotograph } from './hand-photograph';
import { readImage } from './read-image';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-hand-'));
  vi.stubEnv('CONVLAB_DATA', folder);
  vi.stubEnv('CONVLAB_CACHE', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('takes the file that is there', async () => {
  mkdirSync(join(folder, 'images'));
  writeFileSync(join(folder, 'images', 'my_image.jpg'), 'a photograph');
  expect(Buffer.from(await handPhotograph()).toString()).toBe('a photograph');
});

it('draws a hand where there is none, always the same', async () => {
  const bytes = await handPhotograph();
  expect(await handPhotograph()).toEqual(bytes);
  const picture = await readImage(bytes, { size: [64, 64], cropToAspectRatio: true });
  expect(picture.toString()).toBe('Picture 64×64 RGB');
  expect(new Set(picture.data).size).toBeGreaterThan(50);
});
