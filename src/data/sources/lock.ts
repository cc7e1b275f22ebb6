import { stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A living process renews its lock every two seconds; one that was killed blocks the others for ten.
 * (A `mkdir` lock, so it holds on network drives too.)
 */
const TIMES = { stale: 10_000, update: 2_000, retry: 200 };

/** How often the action is begun anew after its lock was lost, as happens when a laptop sleeps. */
const MAX_TRIES = 3;

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/**
 * A lock whose time lies ahead, because the clock was set back since, would never grow old. It is told by its not being
 * renewed, which no clock has a part in.
 */
export class FutureLock {
  private seen: number | undefined;
  private since = 0;

  constructor(
    private readonly lock: string,
    /** Milliseconds that only ever go forward. */
    private readonly elapsed = () => performance.now(),
  ) {}

  /** Makes the lock an old one when it lies ahead and has not been renewed for as long as makes others old. */
  async age(): Promise<void> {
    const time = (await stat(this.lock).catch(() => undefined))?.mtimeMs;
    if (time !== this.seen) [this.seen, this.since] = [time, this.elapsed()];
    const isAhead = time !== undefined && time > Date.now() + TIMES.update;
    if (isAhead && this.elapsed() - this.since > TIMES.stale) await utimes(this.lock, 0, 0);
  }
}

/** Waits for the lock of `path`. */
async function acquire(
  path: string,
  onLost: (error: Error) => void,
  onWait: () => void,
  stop: AbortSignal | undefined,
): Promise<() => Promise<void>> {
  // not before it is needed: it listens to signals, and a script that only computes would no longer end by Ctrl-C
  const { lock } = await import('proper-lockfile');
  const options = { realpath: false, stale: TIMES.stale, update: TIMES.update, onCompromised: onLost };
  const future = new FutureLock(`${path}.lock`);
  for (let waited = 0; ; waited++) {
    try {
      return await lock(path, options);
    } catch (error) {
      if (codeOf(error) !== 'ELOCKED') throw error;
      stop?.throwIfAborted();
      if (waited === 10) onWait();
      await future.age();
      await sleep(TIMES.retry);
    }
  }
}

/**
 * Runs an action while no other process runs one for the same path. The lock is the folder `PATH.lock`.
 *
 * @param action gets a signal that is aborted when the lock is lost, and is then run again under a new lock
 * @param onWait called once when another holds the lock for more than two seconds
 * @param stop ends the waiting for it when it is aborted
 */
export async function withLock<T>(
  path: string,
  action: (signal: AbortSignal) => Promise<T>,
  onWait: () => void = () => undefined,
  stop?: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const lost = new AbortController();
    const release = await acquire(path, (error) => lost.abort(error), onWait, stop);
    try {
      return await action(lost.signal);
    } catch (error) {
      if (!lost.signal.aborted || tries === MAX_TRIES) throw error;
    } finally {
      // A lost lock is another's by now.
      if (!lost.signal.aborted) await release().catch(() => undefined);
    }
  }
}
