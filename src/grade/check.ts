import { $display, display, type MimeBundle } from '../plot/display';
import { checks, type CheckName } from './checks/index';
import { GradeError, Wrong } from './errors';
import type { CaseSet } from './expected';

export interface CheckOptions {
  /** `'visible'` (the default), or `'hidden'`: other inputs, kept for grading. */
  cases?: CaseSet;
}

/** A check that was passed, as one green line. */
class Passed {
  constructor(
    readonly name: string,
    readonly what: string,
  ) {}

  toString(): string {
    return `✓ ${this.name}: ${this.what}`;
  }

  /** Outside a notebook. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [$display](): MimeBundle {
    const text = this.toString();
    return { 'text/html': `<span style="color: #1a7f37">${text}</span>`, 'text/plain': text };
  }
}

/**
 * Tries an answer to an exercise with several inputs, and compares what comes with the expected outputs in
 * `data/expected/`. Shows one green line when all is right.
 *
 * @param name the exercise, such as `regression.cost`
 * @param actual the answer: the function, the callback or the training's history
 * @throws GradeError that says what was expected, what came, where the two part first, and a likely cause
 */
export function check(name: CheckName, actual: unknown, { cases = 'visible' }: CheckOptions = {}): void {
  if (!Object.hasOwn(checks, name)) {
    const summary = `there is no such check; there are ${Object.keys(checks).join(', ')}`;
    throw new GradeError(name, { summary });
  }
  try {
    display(new Passed(name, checks[name](actual, cases)));
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const wrong = new GradeError(name, error.finding);
    Error.captureStackTrace(wrong, check); // the learner's cell is what matters
    throw wrong;
  }
}
