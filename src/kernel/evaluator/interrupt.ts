/** What a cell sees when the user interrupts it. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('the cell was interrupted');
  }
}

/**
 * Lets an interrupt reach code that waits: each `await` of a cell goes through {@link guard}, which rejects at once
 * when {@link interrupt} is called, so that `finally` blocks run as they do in Python.
 */
export class InterruptGuards {
  private readonly pending = new Set<(error: InterruptedError) => void>();

  /** @param isAsked whether an interrupt is on its way to this thread */
  constructor(private readonly isAsked: () => boolean = () => false) {}

  /** Settles as `value` does, or rejects with InterruptedError if an interrupt comes first. */
  guard<T>(value: T): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      this.pending.add(reject);
      this.settled(value)
        .finally(() => this.pending.delete(reject))
        .then(resolve, reject);
    });
  }

  /**
   * The value, once an interrupt that is on its way has had a turn to arrive: a cell in which one short training follows
   * the other, without ever waiting, would let it in only where the watchdog finds it between two of them.
   */
  private async settled<T>(value: T): Promise<Awaited<T>> {
    const result = await value;
    if (this.isAsked()) await new Promise((resolve) => setImmediate(resolve));
    return result;
  }

  /** `items`, each step of which can be interrupted. */
  async *guardIterable<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<Awaited<T>> {
    const asynchronous = (items as Partial<AsyncIterable<T>>)[Symbol.asyncIterator];
    const iterator = asynchronous ? asynchronous.call(items) : (items as Iterable<T>)[Symbol.iterator]();
    let finished = false;
    try {
      for (;;) {
        const step = await this.guard(iterator.next());
        if (step.done) {
          finished = true;
          return;
        }
        yield await this.guard(step.value);
      }
    } finally {
      if (!finished) await iterator.return?.();
    }
  }

  /** Rejects every wait in progress. */
  interrupt(): void {
    const waiting = [...this.pending];
    this.pending.clear();
    for (const reject of waiting) reject(new InterruptedError());
  }
}
