import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alsoReachedAt, announced, statusFor, stopped } from './jupyterlab';
import { load, ROOT, scratch } from './scripts';

const { layout } = load('lib/layout.mjs') as { layout: (root: string) => { python: string } };

describe.skipIf(!existsSync(layout(ROOT).python))('npm start', () => {
  const folder = scratch();

  it('serves this machine alone, and only who has the token', { timeout: 180_000 }, async () => {
    const own = ['CONFIG', 'DATA', 'RUNTIME'].map((name) => [`JUPYTER_${name}_DIR`, join(folder, name)]);
    const lab = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs'), '--no-browser', '--port=0'], {
      env: { ...process.env, ...(Object.fromEntries(own) as Record<string, string>) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const address = await announced(lab);
      expect(address.host).toMatch(/^(?:127\.0\.0\.1|localhost)$/);
      expect(address.token.length).toBeGreaterThanOrEqual(32);
      expect(await alsoReachedAt(address)).toEqual([]);
      expect(await statusFor(address)).toBe(403);
      expect(await statusFor(address, 'a'.repeat(address.token.length))).toBe(403);
      expect(await statusFor(address, address.token)).toBe(200);
    } finally {
      expect(await stopped(lab)).toBe(0);
    }
  });
});

it('a server for everyone would be noticed', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const others = await alsoReachedAt({ host: '127.0.0.1', port, token: '' });
  server.close();
  if (process.platform === 'linux') expect(others).toContain('127.0.0.2');
});
