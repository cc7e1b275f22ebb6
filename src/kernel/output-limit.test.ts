import { expect, it } from 'vitest';
import { MAX_CHARACTERS, OutputLimit } from './output-limit';

it('lets through what fits, then says once that it cuts', () => {
  const limit = new OutputLimit();
  const half = 'x'.repeat(MAX_CHARACTERS / 2);
  expect(limit.take(half) + limit.take(half)).toHaveLength(MAX_CHARACTERS);
  expect(limit.take('y')).toMatch(/^\n\[Cut here: a cell shows at most 10,000,000 characters/);
  expect(limit.take('z')).toBe('');
  limit.reset();
  expect(limit.take('again')).toBe('again');
});
