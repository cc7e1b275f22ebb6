import { expect } from 'vitest';
import { relativeError, runOn } from './backends';
import { evaluate, type Case } from './cases';

const TOLERANCE = 1e-4;

/** Assert that a backend's value and gradients are the CPU backend's, relative to their largest magnitude. */
export function expectSameAsCpu(backend: string, example: Case): void {
  const expected = runOn('cpu', () => evaluate(example));
  const actual = runOn(backend, () => evaluate(example));
  const errors = Object.keys(expected).map(
    (key) => [key, relativeError(actual[key], expected[key])] as const,
  );
  expect(Object.fromEntries(errors.filter(([, error]) => !(error <= TOLERANCE)))).toEqual({});
}
