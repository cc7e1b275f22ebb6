import { beforeAll, describe, it } from 'vitest';
import { startBackend } from '../testing/backends';
import { cases } from '../testing/cases';
import { expectSameAsCpu } from '../testing/compare';

describe('on WASM, values and gradients are those of the CPU backend', () => {
  let backend: string;
  beforeAll(async () => {
    backend = await startBackend('wasm', 2);
  });

  it.each(cases)('$name', (example) => {
    expectSameAsCpu(backend, example);
  });
});
