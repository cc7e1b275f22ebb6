import { randomUUID } from 'node:crypto';
import { $display, display, type MimeBundle } from '../plot/display';
import { html, type Markup } from '../plot/templates';
import type { Logs } from './history';

/** How far a training has come. */
export interface Moment {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Steps of this epoch that are done. */
  step: number;
  steps: number;
  /** In this epoch. */
  seconds: number;
  imagesPerSecond: number;
  /** Until the end of the training, as it goes now. */
  secondsLeft: number;
  /** Whether onnxruntime does the steps. */
  isCompiled: boolean;
  /** Means of the epoch so far; with the validation set's at its end. */
  logs: Logs;
}

/** Tells a person how a training goes. */
export interface Progress {
  batch(moment: Moment): void;
  epoch(moment: Moment): void;
  /** Something to know about all of it. */
  notice(text: string): void;
  /** Nothing more will come; `note` says why, if it is not the last epoch. */
  end(seconds: number, note?: string): void;
}

/** In place in a notebook, a line an epoch elsewhere, or nothing. */
export function startProgress(kind: 'auto' | 'none'): Progress {
  const nothing = (): void => undefined;
  if (kind === 'none') return { batch: nothing, epoch: nothing, notice: nothing, end: nothing };
  return Symbol.for('convlab.display') in globalThis ? new NotebookProgress() : lineProgress();
}

function lineProgress(): Progress {
  return {
    batch: () => undefined,
    epoch: (moment) => console.log(epochLine(moment)),
    notice: (text) => console.log(text),
    end: (_, note) => {
      if (note !== undefined) console.log(note);
    },
  };
}

/** `epoch 3/10  938/938  12.4 s  4838 images/s  loss 0.0512  accuracy 0.9842`. */
function epochLine(moment: Moment): string {
  const { epoch, epochs, step, steps, seconds, logs } = moment;
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `${step}/${steps}`,
    duration(seconds),
    speed(moment),
    ...Object.entries(logs).map(([name, value]) => `${name} ${metric(value)}`),
  ].join('  ');
}

/** Keras' way: four decimals, or powers of ten for what would be 0.000. */
function metric(value: number): string {
  return value === 0 || Math.abs(value) > 1e-3 ? value.toFixed(4) : value.toExponential(3);
}

function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function speed({ imagesPerSecond, isCompiled }: Moment): string {
  const digits = imagesPerSecond < 10 ? 1 : 0;
  return `${imagesPerSecond.toFixed(digits)} images/s${isCompiled ? ' compiled' : ''}`;
}

/** A display changes at most so often. */
const PAUSE_MS = 250;

/** More epochs than these are not listed: the figure of the history has them all. */
const ROWS = 20;

/** A table that grows by a row an epoch. When the training ends only its last line still tells times. */
class NotebookProgress implements Progress {
  private readonly id = randomUUID();
  private readonly rows: Moment[] = [];
  private current: Moment | undefined;
  private last = '';
  private noticed: string[] = [];
  private shownAt = -Infinity;
  private isShown = false;

  batch(moment: Moment): void {
    this.current = moment;
    if (performance.now() - this.shownAt >= PAUSE_MS) this.show();
  }

  epoch(moment: Moment): void {
    this.rows.push(moment);
    this.current = undefined;
    if (performance.now() - this.shownAt >= PAUSE_MS) this.show();
  }

  notice(text: string): void {
    this.noticed = [text];
  }

  end(seconds: number, note?: string): void {
    const epochs = this.rows.length === 1 ? '1 epoch' : `${this.rows.length} epochs`;
    const parts = [`${epochs} in ${duration(seconds)}`];
    if (this.rows.length > 0) parts.push(speed(this.rows.at(-1)!));
    if (note !== undefined) parts.push(note);
    this.last = [...parts, ...this.noticed].join(' · ');
    this.current = undefined;
    this.show();
  }

  [$display](): MimeBundle {
    return { 'text/html': this.table().text, 'text/plain': this.lines().join('\n') };
  }

  private show(): void {
    display(this, { id: this.id, update: this.isShown });
    this.isShown = true;
    this.shownAt = performance.now();
  }

  /** What comes after the epochs: where the training is, or how it ended. */
  private status(): string {
    if (!this.current) return this.last;
    const { step, steps, secondsLeft } = this.current;
    const parts = [`step ${step}/${steps}`, speed(this.current), `${duration(secondsLeft)} left`];
    return [...parts, ...this.noticed].join(' · ');
  }

  private listed(): { moments: Moment[]; hidden: number } {
    const all = this.current ? [...this.rows, this.current] : this.rows;
    const moments = all.slice(-ROWS);
    return { moments, hidden: all.length - moments.length };
  }

  private lines(): string[] {
    const { moments, hidden } = this.listed();
    const lines = moments.map(({ epoch, epochs, logs }) => {
      const values = Object.entries(logs).map(([name, value]) => `${name} ${metric(value)}`);
      return [`epoch ${epoch}/${epochs}`, ...values].join('  ');
    });
    const before = hidden > 0 ? [`… ${hidden} epochs before`] : [];
    return [...before, ...lines, this.status()].filter((line) => line !== '');
  }

  private table(): Markup {
    const { moments, hidden } = this.listed();
    const names = [...new Set(moments.flatMap(({ logs }) => Object.keys(logs)))];
    const row = ({ epoch, epochs, logs }: Moment): Markup =>
      html`<tr><td>${epoch}/${epochs}</td>${names.map((name) => html`<td>${name in logs ? metric(logs[name]) : ''}</td>`)}</tr>`;
    const bar = this.current
      ? html`<progress value="${this.current.step}" max="${this.current.steps}"></progress> `
      : '';
    const before = hidden > 0 ? html`<p>… ${hidden} epochs before</p>` : '';
    const head = html`<tr><th>epoch</th>${names.map((name) => html`<th>${name}</th>`)}</tr>`;
    const table = moments.length > 0 ? html`<table>${head}${moments.map(row)}</table>` : '';
    return html`${before}${table}<p>${bar}${this.status()}</p>`;
  }
}
