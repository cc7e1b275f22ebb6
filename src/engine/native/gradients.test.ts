import { beforeAll, describe, it } from 'vitest';
import { hasNative, startBackend } from '../testing/backends';
import { cases } from '../testing/cases';
import { expectSameAsCpu } from '../testing/compare';

describe.skipIf(!hasNative())(
  'on the native engine, values and gradients are those of the CPU backend',
  () => {
    let backend: string;
    beforeAll(async () => {
      backend = await startBackend('native');
    });

    it.each(cases.filter(({ notNative }) => notNative === undefined))('$name', (example) => {
      expectSameAsCpu(backend, example);
    });
  },
);
