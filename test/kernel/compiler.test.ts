/** The compiler's process starts from a snapshot, and without one where that does not fit. */
import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TypeScriptClient } from '../../src/kernel/typescript/client';
import { ROOT, scratch, SCRIPTS } from '../setup/scripts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const requireBuilt = createRequire(join(ROOT, 'dist/kernel/typescript/'));
const { TypeScriptClient: Client } = requireBuilt('./client.js') as {
  TypeScriptClient: typeof TypeScriptClient;
};
const { NODE_OPTIONS } = requireBuilt('./snapshot.js') as { NODE_OPTIONS: string[] };

const folder = scratch();
const snapshot = join(folder, 'good.blob');
let client: TypeScriptClient;

beforeAll(() => {
  const args = ['--snapshot-blob', snapshot, '--build-snapshot', join(SCRIPTS, 'setup/compiler-entry.cjs')];
  execFileSync(process.execPath, [...NODE_OPTIONS, ...args, ROOT], { stdio: 'ignore' });
});
afterEach(() => {
  client.close();
});

/** The snapshot with `change` made to its bytes. */
function changed(name: string, change: (bytes: Buffer) => Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, change(readFileSync(snapshot)));
  return file;
}

function otherVersion(bytes: Buffer): Buffer {
  const at = bytes.indexOf(process.version);
  expect(at).toBeGreaterThan(0);
  bytes.write('v0', at);
  return bytes;
}

/** Converts cells from a fresh start; says how the process was started in the end. */
async function start(file: string): Promise<string[]> {
  client = new Client(folder, ROOT, file);
  const before = client.ask('convert', 'const before: number = 1;');
  client.tell('commit', await before, []);
  const { diagnostics, javascript } = await client.ask('convert', 'before + 1');
  expect([diagnostics, javascript]).toEqual([[], 'return { value: __scope.before + 1 };\n']);
  return (client as unknown as { child: ChildProcess }).child.spawnargs;
}

describe('the compiler', () => {
  it('starts from a snapshot', async () => {
    expect(await start(snapshot)).toContain(snapshot);
  });

  it.each([
    ['is missing', () => join(folder, 'missing.blob')],
    ['is empty', () => changed('empty.blob', () => Buffer.alloc(0))],
    ['is of another version of Node', () => changed('other.blob', otherVersion)],
    ['was cut off', () => changed('cut.blob', (bytes) => bytes.subarray(0, bytes.length / 2))],
    ['is damaged', () => changed('damaged.blob', (bytes) => bytes.fill(1, 20e6, 20e6 + 1000))],
  ])('starts without it where the snapshot %s', async (_, file) => {
    expect(await start(file())).toContain(join(ROOT, 'dist/kernel/typescript/compiler.js'));
  });

  it('starts without it under options of Node that it was not made with', async () => {
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=2000');
    const args = await start(snapshot);
    vi.unstubAllEnvs();
    expect(args).not.toContain(snapshot);
  });

  it('is told of by its error when its process ends, and is not started again', async () => {
    await start(snapshot);
    (client as unknown as { child: ChildProcess }).child.kill('SIGKILL');
    const failure =
      /^the TypeScript compiler failed: its process ended \(signal SIGKILL\); restart the kernel$/;
    await expect(client.ask('convert', '1')).rejects.toThrow(failure);
    await expect(client.ask('convert', '2')).rejects.toThrow(failure);
  });
});
