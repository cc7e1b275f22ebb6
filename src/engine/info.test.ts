import { expect, it } from 'vitest';
import { EngineInfo } from './info';

const native = { name: 'native', version: '2.21.0', threads: 2 } as const;
const tfjs = { version: '4.22.0', gpu: null } as const;

it.each([
  [{ ...native, gpu: null }, 'engine: native · TensorFlow 2.21.0 · CPU, 2 threads'],
  [{ ...native, gpu: 'NVIDIA X', threads: 1 }, 'engine: native · TensorFlow 2.21.0 · GPU NVIDIA X, 1 thread'],
  [
    { ...tfjs, name: 'wasm', threads: 2, simd: true } as const,
    'engine: wasm · tfjs 4.22.0 · SIMD, 2 threads',
  ],
  [
    { ...tfjs, name: 'cpu', threads: 1, reason: 'why' } as const,
    'engine: cpu · tfjs 4.22.0 · plain JavaScript, 1 thread (why)',
  ],
])('says in one line what runs: %#', (facts, line) => {
  const info = new EngineInfo(facts);
  expect(String(info)).toBe(line);
  const display = Reflect.get(info, Symbol.for('Jupyter.display')) as () => unknown;
  expect(display.call(info)).toEqual({ 'text/plain': line });
});

it('shows only its facts when inspected', () => {
  const info = new EngineInfo({ ...native, gpu: null });
  expect(Object.keys(info)).toEqual(['name', 'version', 'gpu', 'threads']);
});
