import { ready } from '../../engine/index';
import type { Batch } from '../dataset';

/** Batches that are made ready while another is in use. */
const AHEAD = 2;

/** What a pass goes through and how a batch comes about. */
export interface Passage<T> {
  /** The examples of each batch. */
  batches: readonly (readonly number[])[];
  /** One example; rejects with Cancelled when `cancelled` was set before its turn. */
  load(index: number, cancelled: Int32Array): Promise<T>;
  collate(examples: readonly T[], indices: readonly number[]): Batch;
}

/**
 * One pass over a data set. While a batch is in use, the examples of the next two are loaded; nothing more. Leaving the
 * loop, by `break` or by an error, cancels what is not loaded yet and waits for what is being loaded, and no tensor
 * outlives it but those that were handed over. (A generator would still make the batch in hand, for nobody.)
 */
export class Pass<T> implements AsyncIterableIterator<Batch, undefined> {
  private readonly cancelled = new Int32Array(new SharedArrayBuffer(4));
  /** By the number of the batch, until it is handed over. */
  private readonly loading = new Map<number, Promise<PromiseSettledResult<T>[]>>();
  private started = 0;
  private taken = 0;

  constructor(private readonly passage: Passage<T>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Batch, undefined>> {
    const number = this.taken;
    const indices = this.passage.batches.at(number);
    if (!indices || this.isClosed()) return { done: true, value: undefined };
    this.taken++;
    this.fill(this.taken + AHEAD);
    try {
      await ready();
      const results = await this.loading.get(number)!;
      this.loading.delete(number);
      // Left meanwhile: nobody would dispose of the batch.
      if (this.isClosed()) return { done: true, value: undefined };
      return { done: false, value: this.passage.collate(results.map(valueOf), indices) };
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Batch, undefined>> {
    Atomics.store(this.cancelled, 0, 1);
    await Promise.all(this.loading.values());
    this.loading.clear();
    return { done: true, value: undefined };
  }

  private isClosed(): boolean {
    return this.cancelled[0] !== 0;
  }

  private fill(count: number): void {
    for (const batch of this.passage.batches.slice(this.started, count)) {
      const examples = batch.map((index) => this.passage.load(index, this.cancelled));
      this.loading.set(this.started++, Promise.allSettled(examples));
    }
  }
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason as Error;
}
