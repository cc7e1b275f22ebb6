import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ready } from '../engine/index';
import type { MimeBundle } from '../plot/display';
import { gate, GATE_MIME, GateError } from './gate';

const sink = Symbol.for('convlab.display');
const shown: MimeBundle[] = [];

beforeAll(async () => {
  await ready();
});

beforeEach(() => {
  vi.stubEnv('CONVLAB_FAST', '');
  shown.length = 0;
  const show = (value: Record<symbol, () => MimeBundle>) =>
    shown.push(value[Symbol.for('Jupyter.display')]());
  (globalThis as Record<symbol, unknown>)[sink] = show;
});

afterEach(() => {
  vi.unstubAllEnvs();
  Reflect.deleteProperty(globalThis, sink);
});

it('shows a result that is good enough, and how it was reached', () => {
  gate('test accuracy', 0.98765, { atLeast: 0.983, suspicious: 1 });
  expect(shown).toHaveLength(1);
  expect(shown[0]['text/plain']).toBe('test accuracy: 0.9877 (at least 0.983)');
  expect(shown[0][GATE_MIME]).toMatchObject({ name: 'test accuracy', value: 0.98765, atLeast: 0.983 });
  expect(shown[0][GATE_MIME]).toHaveProperty('engine', expect.stringMatching(/^(native|wasm|cpu) \d/));
});

it('fails below the threshold and shows nothing', () => {
  expect(() => gate('test accuracy', 0.9829, { atLeast: 0.983 })).toThrow(GateError);
  expect(() => gate('test accuracy', 0.9829, { atLeast: 0.983 })).toThrow(
    /expected at least 0\.983, found 0\.9829/,
  );
  expect(() => gate('test accuracy', NaN, { atLeast: 0.983 })).toThrow(/expected a number, found NaN/);
  expect(shown).toEqual([]);
});

it('does not believe what is too good to be true', () => {
  expect(() => gate('test accuracy', 1, { atLeast: 0.983, suspicious: 1 })).toThrow(/too good to be true/);
});

it('has a threshold of its own in fast mode, or none', () => {
  vi.stubEnv('CONVLAB_FAST', '1');
  gate('test accuracy', 0.6, { atLeast: 0.983, fast: 0.5 });
  expect(() => gate('test accuracy', 0.4, { atLeast: 0.983, fast: 0.5 })).toThrow(/at least 0\.5/);
  gate('test accuracy', 0.1, { atLeast: 0.983 });
  expect(shown.map((bundle) => bundle['text/plain'])).toEqual([
    'test accuracy: 0.6000 (at least 0.5)',
    'test accuracy: 0.1000 (no threshold in fast mode)',
  ]);
});
