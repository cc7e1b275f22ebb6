import { describe, expect, it } from 'vitest';
import { $display } from './display';
import { table } from './table';

const results = table([
  { network: 'LeNet-5', parameters: 61706, accuracy: Math.fround(0.9886), seconds: 12.3 },
  { network: '<own>', parameters: 30378, accuracy: 0.99 },
  { network: 'ResNet50', parameters: 23600006, accuracy: NaN, seconds: 4.25e-9 },
]);

describe('plot.table', () => {
  it('aligns numbers, with equal digits and commas', () => {
    expect(String(results).split('\n')).toEqual([
      'network   parameters  accuracy   seconds',
      'LeNet-5       61,706    0.9886      12.3',
      '<own>         30,378    0.9900',
      'ResNet50  23,600,006       NaN  4.250e-9',
    ]);
  });

  it('escapes its texts in HTML, and sets numbers on the right', () => {
    const bundle = results[$display]();
    expect(Object.keys(bundle)).toEqual(['text/html', 'text/plain']);
    const page = String(bundle['text/html']);
    expect(page).toContain(
      '<td style="text-align: left; font-variant-numeric: tabular-nums">&#60;own&#62;</td>',
    );
    expect(page).toContain('<th style="text-align: right">accuracy</th>');
    expect([...page.matchAll(/<tr>/g)]).toHaveLength(4);
  });

  it('is empty without rows', () => {
    expect(String(table([]))).toBe('');
  });
});
