import { describe } from 'vitest';
import { hasNative } from '../testing/backends';
import { trainsLikeCpu } from '../testing/trainsLikeCpu';

describe.skipIf(!hasNative())('on the native engine, training goes as on the CPU backend', () => {
  trainsLikeCpu('native');
});
