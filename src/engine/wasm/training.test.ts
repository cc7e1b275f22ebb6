import { describe } from 'vitest';
import { trainsLikeCpu } from '../testing/trainsLikeCpu';

describe('on WASM, training goes as on the CPU backend', () => {
  trainsLikeCpu('wasm');
});
