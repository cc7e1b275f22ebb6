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

  /** Settles as `value` does, or rejects with InterruptedError if an interrupt comes first. */
  guard<T>(value: T): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      this.pending.add(reject);
      Promise.resolve(value)
        .finally(() => this.pending.delete(reject))
        .then(resolve, reject);
    });
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
