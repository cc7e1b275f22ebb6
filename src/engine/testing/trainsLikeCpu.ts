import { beforeAll, expect, it } from 'vitest';
import { relativeError, startBackend } from './backends';
import { networks } from './networks';
import { train } from './training';

const TOLERANCE = 1e-4;

/** Declare tests that an engine trains each network as the CPU backend does, and leaks nothing. */
export function trainsLikeCpu(engine: 'native' | 'wasm'): void {
  let backend: string;
  beforeAll(async () => {
    backend = await startBackend(engine);
  });

  it.each(networks)('$name', async (network) => {
    const expected = await train('cpu', network);
    const actual = await train(backend, network);
    expect(relativeError(actual.losses, expected.losses)).toBeLessThan(TOLERANCE);
    expect(actual.accuracies).toEqual(expected.accuracies);
    const errors = expected.weights.map((weight, i) => relativeError(actual.weights[i], weight));
    expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
    expect(actual.leaked).toEqual({ tensors: 0, data: 0 });
    expect(expected.losses.at(-1)).not.toBe(expected.losses[0]);
  });
}
