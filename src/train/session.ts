import { BatchStream, type Examples, type StreamOptions } from './batches';
import { onInterrupt } from './interrupt';

/** How long the program may compute before others get a turn: the kernel, timers, data that is being read. */
const TURN_MS = 16;

/**
 * Work in many small steps that an interrupt can stop between two of them. It owns the streams that it opens, and
 * closes them however it ends.
 */
export class Session {
  private readonly streams: BatchStream[] = [];
  private interruption: Error | undefined;
  private lastTurn = performance.now();

  /**
   * Does `work`. On an interrupt it rejects at once with `interrupted()`; the work itself goes no further than to its
   * next {@link Session.wait} or {@link Session.turn}.
   */
  static async run<T>(work: (session: Session) => Promise<T>, interrupted: () => Error): Promise<T> {
    const session = new Session();
    let release: (() => void) | undefined;
    const interruption = new Promise<never>((_, reject) => {
      release = onInterrupt(() => {
        session.interruption = interrupted();
        reject(session.interruption);
      });
    });
    try {
      return await Promise.race([work(session), interruption]);
    } finally {
      release?.();
      await session.close();
    }
  }

  open(examples: Examples, options: StreamOptions): BatchStream {
    const stream = new BatchStream(examples, options);
    this.streams.push(stream);
    return stream;
  }

  /** Waits for data or a callback. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const value = await promise;
    if (this.interruption) throw this.interruption;
    return value;
  }

  /** Lets others have a turn where one is due: the native engine computes without ever waiting. */
  async turn(): Promise<void> {
    if (performance.now() - this.lastTurn < TURN_MS) return;
    await this.wait(new Promise((resolve) => setImmediate(resolve)));
    this.lastTurn = performance.now();
  }

  private async close(): Promise<void> {
    const closing = Promise.all(this.streams.map((stream) => stream.close()));
    // A data set whose work was cut by the interrupt may never answer.
    if (this.interruption) closing.catch(() => undefined);
    else await closing;
  }
}
