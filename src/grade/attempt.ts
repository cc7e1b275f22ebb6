import { Wrong } from './errors';

/** What the solution's place holds in a student's version, as an error. */
export const STUB = 'YOUR CODE HERE';

/** Calls an answer; what it throws is a finding, and the stub of a student's version is known as such. */
export function attempt<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof Wrong) throw error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (message.includes(STUB)) {
      throw new Wrong({
        summary: `not written yet: put your code in place of the line \`throw new Error('${STUB}')\``,
      });
    }
    throw new Wrong({ summary: `expected ${what} to return, and it threw ${message}` });
  }
}

/** The answer as a function; a finding when it is none. */
export function functionOf(name: string, actual: unknown): unknown {
  if (typeof actual === 'function') return actual;
  const cause = `pass the function itself: grade.check('…', ${name})`;
  throw new Wrong({ summary: `expected the function ${name}, got ${String(actual)}`, cause });
}
