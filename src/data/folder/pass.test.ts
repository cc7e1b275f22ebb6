import { beforeAll, describe, expect, it } from 'vitest';
import { ready, tf } from '../../engine/index';
import type { Batch } from '../dataset';
import { inBatches } from './order';
import { Pass } from './pass';

beforeAll(async () => {
  await ready();
});

/** A pass over 0 … count−1 in twos, whose examples come when the test says so. */
class Trial {
  readonly asked: number[] = [];
  private readonly open = new Map<
    number,
    { resolve: (value: number) => void; reject: (error: Error) => void }
  >();
  readonly pass: Pass<number>;

  constructor(count: number) {
    const batches = inBatches([...Array(count).keys()], 2);
    this.pass = new Pass<number>({
      batches,
      load: (index, cancelled) => {
        this.asked.push(index);
        if (cancelled[0] !== 0) return Promise.reject(new Error('cancelled'));
        return new Promise((resolve, reject) => this.open.set(index, { resolve, reject }));
      },
      collate: (examples) => ({ x: tf.tensor1d([...examples]), y: tf.tensor1d([...examples]) }),
    });
  }

  give(...indices: number[]): void {
    for (const index of indices) this.open.get(index)!.resolve(10 * index);
  }

  fail(index: number): void {
    this.open.get(index)!.reject(new Error(`no ${index}`));
  }
}

/** What a step brings; its tensors are disposed of. */
function values({ value }: IteratorResult<Batch, undefined>): number[] {
  const x = [...value!.x.dataSync()];
  tf.dispose([value!.x, value!.y]);
  return x;
}

describe('Pass', () => {
  it('loads two batches ahead and no more', async () => {
    const trial = new Trial(12);
    const first = trial.pass.next();
    expect(trial.asked).toEqual([0, 1, 2, 3, 4, 5]);
    trial.give(0, 1, 2, 3, 4, 5);
    expect(values(await first)).toEqual([0, 10]);
    expect(trial.asked.length).toBe(6);
    const second = trial.pass.next();
    expect(trial.asked.length).toBe(8);
    expect(values(await second)).toEqual([20, 30]);
    trial.give(6, 7);
    await trial.pass.return();
    expect(await trial.pass.next()).toEqual({ done: true, value: undefined });
    expect(trial.asked.length).toBe(8);
  });

  it('makes no tensors for a batch that nobody waits for any more', async () => {
    const before = tf.memory().numTensors;
    const trial = new Trial(4);
    const next = trial.pass.next();
    const leaving = trial.pass.return();
    trial.give(0, 1, 2, 3);
    expect(await next).toEqual({ done: true, value: undefined });
    await leaving;
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells of the first picture that fails, once the others are settled', async () => {
    const before = tf.memory().numTensors;
    const trial = new Trial(6);
    const next = trial.pass.next();
    trial.fail(1);
    trial.fail(0);
    trial.give(2, 3, 4, 5);
    await expect(next).rejects.toThrow('no 0');
    expect(await trial.pass.next()).toEqual({ done: true, value: undefined });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ends after the last batch', async () => {
    const trial = new Trial(3);
    const next = trial.pass.next();
    trial.give(0, 1, 2);
    expect(values(await next)).toEqual([0, 10]);
    expect(values(await trial.pass.next())).toEqual([20]);
    expect((await trial.pass.next()).done).toBe(true);
  });
});
