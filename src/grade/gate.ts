import { info } from '../engine/index';
import { $display, display, type MimeBundle } from '../plot/display';

/** The result of a lesson, and what it has to reach. */
export interface GateOptions {
  /** The least that a full run must reach. */
  atLeast: number;
  /** The least in fast mode (`CONVLAB_FAST=1`), where a lesson takes few steps on small parts; default none. */
  fast?: number;
  /** A value that is too good to be true, such as 1 for the accuracy on 10,000 digits. */
  suspicious?: number;
}

/** A result that is not what it must be. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

/** The MIME type under which the lesson runner finds what a lesson has reached. */
export const GATE_MIME = 'application/vnd.convlab.gate+json';

class Gate {
  constructor(
    readonly title: string,
    readonly value: number,
    readonly atLeast: number | undefined,
  ) {}

  toString(): string {
    const threshold = this.atLeast === undefined ? 'no threshold in fast mode' : `at least ${this.atLeast}`;
    return `${this.title}: ${this.value.toFixed(4)} (${threshold})`;
  }

  [$display](): MimeBundle {
    const { title, value, atLeast } = this;
    const { name, version } = info();
    return {
      [GATE_MIME]: { name: title, value, atLeast, engine: `${name} ${version}` },
      'text/plain': this.toString(),
    };
  }
}

/**
 * Holds a lesson's result against what it must reach: shows it in one line, keeps it for `notebooks/expected.json`.
 *
 * @param title what was measured, such as `test accuracy`
 * @throws GateError below the threshold, for what is no number, and for what is too good to be true
 */
export function gate(title: string, value: number, { atLeast, fast, suspicious }: GateOptions): void {
  const threshold = process.env.CONVLAB_FAST ? fast : atLeast;
  if (!Number.isFinite(value)) throw new GateError(`${title}: expected a number, found ${value}`);
  if (threshold !== undefined && value < threshold) {
    const advice =
      'Run the notebook again from the top; if it stays so, something in it or in the engine is wrong.';
    throw new GateError(`${title}: expected at least ${threshold}, found ${value.toFixed(4)}. ${advice}`);
  }
  if (value === suspicious) {
    const advice = 'That is too good to be true: was the network tested on what it was trained on?';
    throw new GateError(`${title}: found exactly ${value}. ${advice}`);
  }
  display(new Gate(title, value, threshold));
}
