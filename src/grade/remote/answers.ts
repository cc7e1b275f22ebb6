import { $display, display, type MimeBundle } from '../../plot/display';
import type { CheckName } from '../checks/index';
import { carriers } from './carriers';

/** The MIME type under which the grader finds answers. */
export const ANSWERS_MIME = 'application/vnd.convlab.answers+json';

/**
 * For the grader, in place of {@link check}: shows what an answer gives for some inputs, and judges nothing.
 *
 * @param inputs as `dist/grade/remote/judge.js` asks
 * @param id whose answers these are
 */
export function answers(name: CheckName, actual: unknown, inputs: readonly unknown[], id: string): void {
  const given = carriers[name].give(actual, inputs);
  display({
    [$display]: (): MimeBundle => ({
      [ANSWERS_MIME]: { id, given },
      'text/plain': `answers to ${name}`,
    }),
  });
}
