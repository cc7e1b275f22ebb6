import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { repairCpuKernels } from '../cpu';
import { startNative } from '../native/start';
import { tf } from '../tf';
import { startWasm } from '../wasm/start';

/** Whether the native engine can be tested here. */
export function hasNative(): boolean {
  const manifest = createRequire(__filename).resolve('@tensorflow/tfjs-node-gpu/package.json');
  return existsSync(path.join(path.dirname(manifest), 'lib', 'napi-v8', 'tfjs_binding.node'));
}

/** Start a backend and return its tfjs name; the CPU backend is always there to compare with. */
export async function startBackend(engine: 'native' | 'wasm', threads = 1): Promise<string> {
  repairCpuKernels();
  if (engine === 'wasm') await startWasm(threads);
  else await startNative();
  return engine === 'wasm' ? 'wasm' : 'tensorflow';
}

/** Values that an operation gave on some backend, by name. */
export type Results = Record<string, Float32Array | Int32Array | Uint8Array>;

/** Run `compute` on a backend and read its results. Throws where it leaks tensors or the backend's own data. */
export function runOn(backend: string, compute: () => Record<string, tf.Tensor>): Results {
  void tf.setBackend(backend); // of a started backend: takes effect before it returns
  const before = counts();
  const results: Results = {};
  tf.tidy(() => {
    for (const [name, tensor] of Object.entries(compute())) results[name] = tensor.dataSync();
  });
  const after = counts();
  if (after.tensors !== before.tensors || after.data !== before.data) {
    throw new Error(`Leak on ${backend}: ${JSON.stringify(before)} before, ${JSON.stringify(after)} after.`);
  }
  return results;
}

/** Tensors, and pieces of data that the current backend holds. */
export function counts(): { tensors: number; data: number } {
  const backend = tf.backend() as { numDataIds?: () => number };
  return { tensors: tf.memory().numTensors, data: backend.numDataIds?.() ?? 0 };
}

/** The largest difference over all values, relative to the largest magnitude of `expected`. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    if (Number.isNaN(actual[i]) !== Number.isNaN(expected[i])) return Infinity;
  }
  return difference === 0 ? 0 : difference / Math.max(largest, 1e-6);
}
