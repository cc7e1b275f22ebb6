import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installKernelSpec } from './kernelspec';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kernelspec-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('installKernelSpec', () => {
  it('writes kernel.json below a prefix, and nothing else', () => {
    const installed = installKernelSpec({ kind: 'prefix', folder });
    expect(installed).toBe(path.join(folder, 'share', 'jupyter', 'kernels', 'convlab'));
    expect(readdirSync(installed)).toEqual(['kernel.json']);
    const spec = JSON.parse(readFileSync(path.join(installed, 'kernel.json'), 'utf8')) as { argv: string[] };
    expect(spec).toMatchObject({ language: 'typescript', interrupt_mode: 'message' });
    expect(spec.argv).toEqual([process.execPath, expect.stringMatching(/main\.js$/), '{connection_file}']);
  });

  it('finds the data folder of the user as Jupyter does', () => {
    vi.stubEnv('JUPYTER_DATA_DIR', folder);
    expect(installKernelSpec({ kind: 'user' })).toBe(path.join(folder, 'kernels', 'convlab'));
  });

  it('says which path cannot be written', () => {
    writeFileSync(path.join(folder, 'file'), '');
    const target = path.join(folder, 'file', 'below');
    expect(() => installKernelSpec({ kind: 'prefix', folder: target })).toThrow(target);
  });
});
