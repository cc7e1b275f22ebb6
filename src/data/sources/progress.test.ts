import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inNotebook, onTerminal, progressFor, size } from './progress';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_000_000 }));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Shown {
  id: string;
  update: boolean;
  html: string;
  text: string;
}

/** A notebook that keeps what it is asked to show. */
function notebook() {
  const shown: Shown[] = [];
  const show = (value: unknown, options: { id: string; update: boolean }) => {
    const page = (value as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]();
    shown.push({ ...options, html: page['text/html'], text: page['text/plain'] });
  };
  return { show, shown };
}

describe('in a notebook', () => {
  it('a bar is drawn in one place, at most four times a second, and ends as a line', () => {
    const { show, shown } = notebook();
    const progress = inNotebook(show, 'mnist: a.gz');
    for (let done = 0; done < 10_000_000; done += 10_000) {
      progress.at(done, 10_000_000);
      vi.advanceTimersByTime(1);
    }
    progress.end('mnist: a.gz, 10.0 MB from one.test in 1.0 s');
    expect(shown.map((page) => page.update)).toEqual([false, true, true, true, true]);
    expect(new Set(shown.map((page) => page.id)).size).toBe(1);
    expect(shown[1].text).toBe('mnist: a.gz: 2.5 MB of 10.0 MB');
    expect(shown[1].html).toBe(
      '<small><progress value="2500000" max="10000000"></progress> mnist: a.gz: 2.5 MB of 10.0 MB</small>',
    );
    expect(shown[4].html).toBe('<small>mnist: a.gz, 10.0 MB from one.test in 1.0 s</small>');
  });

  it('a bar goes on when the clock is set back', () => {
    const { show, shown } = notebook();
    const progress = inNotebook(show, 'a');
    progress.at(1000, 9000);
    vi.setSystemTime(1000);
    vi.advanceTimersByTime(300);
    progress.at(2000, 9000);
    expect(shown.map((page) => page.text)).toEqual(['a: 1.0 kB of 9.0 kB', 'a: 2.0 kB of 9.0 kB']);
  });

  it('a bar without an end is not left standing, and none is begun without bytes', () => {
    const { show, shown } = notebook();
    inNotebook(show, 'a').end();
    expect(shown).toEqual([]);
    const progress = inNotebook(show, 'a');
    progress.at(5000, undefined);
    progress.end();
    expect(shown.map((page) => page.text)).toEqual(['a: 5.0 kB', 'a: not loaded']);
  });

  it('is where the kernel takes values to show', async () => {
    const { show, shown } = notebook();
    const globals = globalThis as Record<symbol, unknown>;
    globals[Symbol.for('convlab.display')] = show;
    try {
      (await progressFor('a')).end('done');
    } finally {
      Reflect.deleteProperty(globals, Symbol.for('convlab.display'));
    }
    expect(shown.map((page) => page.text)).toEqual(['done']);
  });
});

describe('on a terminal', () => {
  it('a bar is drawn and taken away, and a line stays', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
    const progress = await onTerminal('mnist: a.gz', stream as unknown as NodeJS.WriteStream);
    progress.at(5_000_000, 10_000_000);
    progress.end('mnist: a.gz, 10.0 MB');
    const drawn = String(stream.read());
    expect(drawn).toMatch(/mnist: a\.gz .* 50 % of 10\.0 MB/);
    expect(drawn.endsWith('mnist: a.gz, 10.0 MB\n')).toBe(true);
  });
});

describe('elsewhere', () => {
  it('there is one line at the end, or none', async () => {
    const lines: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
    const progress = await progressFor('a');
    progress.at(1, 2);
    progress.end();
    expect(lines).toEqual([]);
    progress.end('done');
    expect(lines).toEqual(['done']);
  });
});

it('sizes are written for people', () => {
  expect([0, 999, 4542, 9_912_422, 149_574_867].map(size)).toEqual([
    '0 B',
    '999 B',
    '4.5 kB',
    '9.9 MB',
    '149.6 MB',
  ]);
});
