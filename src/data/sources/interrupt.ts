import type { EventEmitter } from 'node:events';

/**
 * Does work with a signal that the user's interrupt in a notebook aborts. The cell has ended by then; work behind it that
 * nobody stops would go on, and hold what the next cell needs.
 *
 * @param reason what the work then fails with
 */
export async function untilInterrupt<T>(
  reason: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const kernel = globalThis as Record<symbol, unknown>;
  const interrupts = kernel[Symbol.for('convlab.interrupts')] as EventEmitter | undefined;
  const stop = new AbortController();
  const abort = () => stop.abort(reason());
  interrupts?.once('interrupt', abort);
  try {
    return await work(stop.signal);
  } finally {
    interrupts?.off('interrupt', abort);
  }
}
