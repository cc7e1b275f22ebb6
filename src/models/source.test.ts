import { expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { denseBlock, denseLayer, transition } from './densenet';
import { sourceOf } from './source';

it('gives the whole text of a function, with its comment and nothing else', () => {
  for (const built of [denseLayer, denseBlock, transition]) {
    const lines = sourceOf(built).text.split('\n');
    expect(lines.slice(0, 2)).toEqual(['```typescript', '/**']);
    expect(lines.slice(-2)).toEqual(['}', '```']);
    expect(lines.filter((line) => line.startsWith('/**'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('export function'))).toHaveLength(1);
    expect(lines.filter((line) => line === '}')).toHaveLength(1);
  }
  expect(sourceOf(denseBlock).text).toContain('for (let i = 1; i <= layers; i++) x = denseLayer(');
});

it('shows itself as Markdown', () => {
  expect(sourceOf(transition).mime).toBe('text/markdown');
});

it('says what it has no text of', () => {
  expect(() => sourceOf(Math.max)).toThrow(InputError);
  expect(() => sourceOf(Math.max)).toThrow(
    /expected a function of models, and the library’s sources, got max/,
  );
});
