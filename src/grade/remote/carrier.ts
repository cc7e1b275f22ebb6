/**
 * A check in two processes: a submission's own gives answers to inputs, and the judge's, which alone has the expected
 * outputs, compares. A submission cannot say that it is right; it can only be right.
 */
import { Wrong, type Finding } from '../errors';
import type { CaseSet } from '../expected';

/** How the answers to one exercise travel. */
export interface Carrier {
  /** In the judge's process: the inputs of a set of cases, as JSON, without what is expected. */
  inputs(set: CaseSet): readonly unknown[];
  /** In the submission's process: what the answer gives for the inputs, as JSON. */
  give(actual: unknown, inputs: readonly unknown[]): unknown;
  /** In the judge's process: something that stands for the answer, and does the same again. */
  take(given: unknown): unknown;
}

/** What one call came to. */
export type Outcome<T> = { value: T } | { threw: { name: string; message: string } } | { wrong: Finding };

/** Calls, and keeps what is thrown. */
export function outcomeOf<T>(call: () => T): Outcome<T> {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.finding };
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return { threw: { name, message } };
  }
}

/** What the call gave, or throws what it threw. */
export function replay<T>(outcome: Outcome<T> | undefined): T {
  if (!outcome) throw new Wrong({ summary: 'expected an answer to each input; some are missing' });
  if ('value' in outcome) return outcome.value;
  if ('wrong' in outcome) throw new Wrong(outcome.wrong);
  throw Object.assign(new Error(outcome.threw.message), { name: outcome.threw.name });
}

/** A copy of some members of a record. */
export function pick(record: unknown, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, (record as Record<string, unknown>)[name]]));
}
