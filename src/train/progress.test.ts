import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ready } from '../engine/index';
import { $display, type DisplayOptions, type MimeBundle } from '../plot/display';
import { fit } from './fit';
import { startProgress, type Moment } from './progress';
import { line, Numbered } from './testing/examples';

const globals = globalThis as Record<symbol, unknown>;
const key = Symbol.for('convlab.display');

interface Shown {
  options: DisplayOptions;
  text: string;
  html: string;
}

/** Be a notebook, and remember what was shown. */
function notebook(): Shown[] {
  const shown: Shown[] = [];
  globals[key] = (value: { [$display](): MimeBundle }, options: DisplayOptions) => {
    const bundle = value[$display]();
    shown.push({ options, text: String(bundle['text/plain']), html: String(bundle['text/html']) });
  };
  return shown;
}

const moment = (epoch: number, change: Partial<Moment> = {}): Moment => ({
  epoch,
  epochs: 30,
  step: 3,
  steps: 4,
  seconds: 12.44,
  imagesPerSecond: 4838.4,
  secondsLeft: 124,
  isCompiled: false,
  logs: { loss: 0.05123, accuracy: 0.98424 },
  ...change,
});

beforeAll(() => ready());
afterEach(() => {
  Reflect.deleteProperty(globals, key);
  vi.restoreAllMocks();
});

describe('in a terminal', () => {
  it('there is a line an epoch', () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const progress = startProgress('auto');
    progress.batch(moment(3));
    expect(print).not.toHaveBeenCalled();
    progress.epoch(moment(3, { step: 4 }));
    const logs = { loss: 0.0004567, accuracy: 1, valLoss: 0, valAccuracy: NaN };
    progress.epoch(moment(12, { seconds: 3725, imagesPerSecond: 4.26, isCompiled: true, logs }));
    progress.notice('trained eagerly: so it is');
    progress.end(1, 'accuracy 1 is above 0.998');
    expect(print.mock.calls.map(([text]) => text as string)).toEqual([
      'epoch  3/30  4/4  12.4 s  4838 images/s  loss 0.0512  accuracy 0.9842',
      'epoch 12/30  3/4  1 h 2 min  4.3 images/s compiled  loss 4.567e-4  accuracy 1.0000  valLoss 0.0000  valAccuracy NaN',
      'trained eagerly: so it is',
      'accuracy 1 is above 0.998',
    ]);
  });

  it('there is nothing where none is wanted', async () => {
    const print = vi.spyOn(console, 'log');
    await fit(line(), new Numbered(4, 2), { progress: 'none' });
    expect(print).not.toHaveBeenCalled();
  });
});

describe('in a notebook', () => {
  it('one display is updated in place', async () => {
    const shown = notebook();
    const print = vi.spyOn(console, 'log');
    await fit(line(), new Numbered(8, 2), { epochs: 3, validation: new Numbered(2, 2) });
    expect(print).not.toHaveBeenCalled();
    expect(shown.length).toBeGreaterThanOrEqual(2);
    expect(new Set(shown.map(({ options }) => options.id)).size).toBe(1);
    expect(shown.map(({ options }) => options.update)).toEqual(shown.map((_, i) => i > 0));
    expect(shown[0].text).toMatch(/^epoch 1\/3 {2}loss \d\.\d{4}\nstep 1\/4 · [\d.]+ images\/s · .* left$/);
    expect(shown[0].html).toContain('<progress value="1" max="4">');
  });

  it('it changes at most four times a second', () => {
    const shown = notebook();
    const clock = vi.spyOn(performance, 'now');
    const progress = startProgress('auto');
    for (let ms = 0; ms <= 1000; ms += 10) {
      clock.mockReturnValue(ms);
      progress.batch(moment(1));
      if (ms % 100 === 0) progress.epoch(moment(1));
    }
    expect(shown).toHaveLength(5);
    progress.end(1);
    expect(shown).toHaveLength(6);
  });

  it('what stays tells times in its last line alone', async () => {
    const shown = notebook();
    const train = async () => fit(line(), new Numbered(8, 2), { epochs: 2 });
    await train();
    const first = shown.at(-1)!;
    await train();
    const second = shown.at(-1)!;
    const body = ({ text }: Shown) => text.split('\n').slice(0, -1);
    expect(body(first)).toHaveLength(2);
    expect(body(first)).toEqual(body(second));
    expect(first.text.split('\n').at(-1)).toMatch(/^2 epochs in \d+\.\d s · [\d.]+ images\/s$/);
    const stable = ({ html }: Shown) => html.replace(/<p>.*<\/p>/, '');
    expect(stable(first)).toBe(stable(second));
    expect(first.html).not.toContain('<progress');
    expect(first.options.id).not.toBe(second.options.id);
  });

  it('it stays small however many epochs there are, and escapes names', () => {
    const shown = notebook();
    const progress = startProgress('auto');
    for (let epoch = 1; epoch <= 500; epoch++) {
      progress.epoch(moment(epoch, { logs: { loss: 1, accuracy: 1, '<script>': 2 } }));
    }
    progress.notice('trained eagerly: so it is');
    progress.end(65, 'interrupted');
    const { html, text } = shown.at(-1)!;
    expect(html.length).toBeLessThan(3000);
    expect(html).not.toContain('<script>');
    expect(text).toMatch(/^… 480 epochs before\nepoch 481\/30 /);
    expect(text).toMatch(
      /\n500 epochs in 1 min 5 s · 4838 images\/s · interrupted · trained eagerly: so it is$/,
    );
  });
});

describe('a history', () => {
  it('shows itself as a figure with a line of text', async () => {
    const history = await fit(line(), new Numbered(4, 2), { epochs: 2, progress: 'none' });
    const bundle = history[$display]();
    expect(Object.keys(bundle)).toContain('application/vnd.plotly.v1+json');
    expect(bundle['text/plain']).toMatch(/^2 epochs: loss /);
  });
});
