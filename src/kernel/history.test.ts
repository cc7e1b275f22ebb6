import { describe, expect, it } from 'vitest';
import { History } from './history';

const history = new History();
history.add(1, 'const a = 1', null);
history.add(2, 'a + 1', '2');
history.add(3, 'a + 1', '2');

describe('History', () => {
  it.each([
    [{ hist_access_type: 'tail', n: 2 }, [2, 3]],
    [{ hist_access_type: 'range', start: 1, stop: 3 }, [1, 2]],
    [{ hist_access_type: 'search', pattern: 'a*' }, [2, 3]],
    [{ hist_access_type: 'search', pattern: 'a ? ?', unique: true }, [3]],
    [{ hist_access_type: 'search', pattern: '*', n: 1 }, [3]],
    [{ hist_access_type: 'search', pattern: '(' }, []],
    [{ hist_access_type: 'nonsense' }, []],
  ])('answers %j', (request, lines) => {
    expect(history.query(request).map(([, line]) => line)).toEqual(lines);
  });

  it('gives outputs where they are asked for', () => {
    expect(history.query({ hist_access_type: 'tail', n: 1, output: true })).toEqual([[0, 3, ['a + 1', '2']]]);
  });

  it('is not held up by a pattern of many stars', () => {
    const long = new History();
    long.add(1, 'a'.repeat(20_000), null);
    const search = (pattern: string) => long.query({ hist_access_type: 'search', pattern }).length;
    expect([
      search(`${'*a'.repeat(30)}*b`),
      search(`${'*a'.repeat(30)}*`),
      search('a'),
      search('*?a'),
    ]).toEqual([0, 1, 0, 1]);
  });
});
