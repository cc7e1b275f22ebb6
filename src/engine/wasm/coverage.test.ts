import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startBackend } from '../testing/backends';
import { tf } from '../tf';
import { notOnWasm } from './coverage';

beforeAll(async () => {
  await startBackend('wasm');
});

function kernelsOf(backend: string): Set<string> {
  return new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
}

/** Names of kernels that a tfjs-core module or anything it imports can call. */
function reachableKernels(file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8').replace(/\/\/# sourceMappingURL.*/, '');
  const imports = [...source.matchAll(/import (?:\{([^}]*)\}|.*?) from '(\.[^']*)'/g)];
  return imports.flatMap(([, names = '', from]) => {
    if (from.endsWith('/kernel_names')) return names.split(',').map((name) => name.trim());
    const inner = path.resolve(path.dirname(file), `${from}.js`);
    return inner.includes(`${path.sep}ops${path.sep}`) ? reachableKernels(inner, seen) : [];
  });
}

it('lists every kernel that the CPU backend has and WASM lacks', () => {
  const wasm = kernelsOf('wasm');
  const missing = [...kernelsOf('cpu')].filter((name) => !wasm.has(name));
  expect(missing.sort()).toEqual(Object.keys(notOnWasm).sort());
});

it('has every kernel that the gradients of its kernels call', () => {
  const core = createRequire(__filename).resolve('@tensorflow/tfjs-core/package.json');
  const folder = path.join(path.dirname(core), 'dist', 'gradients');
  const wasm = kernelsOf('wasm');
  const files = readdirSync(folder).filter((file) => {
    const kernelName = /^(\w+)_grad\.js$/.exec(file)?.[1];
    return kernelName !== undefined && wasm.has(kernelName);
  });
  expect(files.length).toBeGreaterThan(80);
  const seen = new Set<string>();
  const called = new Set(files.flatMap((file) => reachableKernels(path.join(folder, file), seen)));
  expect([...called]).toContain('Conv2DBackpropFilter');
  // Complex numbers cannot get as far as a gradient: no tensor of that type can be made.
  const missing = [...called].filter((name) => !wasm.has(name) && !notOnWasm[name]?.includes('complex64'));
  expect(missing).toEqual([]);
});
