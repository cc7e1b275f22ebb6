import { EventEmitter } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ready, tf } from '../engine/index';
import { EvaluationInterruptedError, TrainingInterruptedError } from './errors';
import { evaluate } from './evaluate';
import { fit, lastHistory } from './fit';
import { mendEngine, onInterrupt, stopTrainingOnInterrupt } from './interrupt';
import { line, Numbered, tensorsLeftBy } from './testing/examples';

const QUIET = { progress: 'none' } as const;
const globals = globalThis as Record<symbol, unknown>;
const key = Symbol.for('convlab.interrupts');
let interrupts: EventEmitter;

beforeAll(() => ready());
beforeEach(() => void (globals[key] = interrupts = new EventEmitter()));
afterEach(() => void (globals[key] = undefined));

const interrupt = () => void interrupts.emit('interrupt');
const never = new Promise<void>(() => undefined);

describe('an interrupt', () => {
  it('ends train.fit after the batch in hand; the model trains on', async () => {
    const set = new Numbered(10, 2);
    const model = line();
    await fit(model, set, QUIET);
    let steps = 0;
    const onBatchEnd = () => {
      if (++steps === 7) interrupt();
    };
    const before = tf.memory().numTensors;
    const failure = await fit(model, set, { ...QUIET, epochs: 3, callbacks: [{ onBatchEnd }] }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TrainingInterruptedError);
    expect(String(failure)).toMatch(/interrupted after 1 of 3 epochs/);
    expect((failure as TrainingInterruptedError).history).toBe(lastHistory(model));
    expect(lastHistory(model)).toMatchObject({ epochs: 1, stoppedBy: 'interrupted' });
    await vi.waitFor(() =>
      expect({ returned: set.returned, tensors: tf.memory().numTensors }).toEqual({
        returned: 1,
        tensors: before,
      }),
    );
    expect(steps).toBe(7);
    expect((await fit(model, set, { ...QUIET, epochs: 2 })).epochs).toBe(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not wait for data that never come', async () => {
    const set = new Numbered(10, 2);
    set.wait = (batch) => {
      if (batch < 2) return Promise.resolve();
      setImmediate(interrupt);
      return never;
    };
    await expect(fit(line(), set, QUIET)).rejects.toThrow(TrainingInterruptedError);
  });

  it('does not keep data that come too late', async () => {
    const set = new Numbered(2, 2);
    let deliver: (() => void) | undefined;
    set.wait = () => {
      setImmediate(interrupt);
      return new Promise((resolve) => (deliver = resolve));
    };
    const model = line();
    const before = tf.memory().numTensors;
    await expect(fit(model, set, QUIET)).rejects.toThrow(TrainingInterruptedError);
    deliver!();
    await vi.waitFor(() => expect(set.returned).toBe(1));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ends the validation and train.evaluate', async () => {
    const validation = new Numbered(10, 2);
    validation.wait = (batch) => {
      if (batch === 2) interrupt();
      return Promise.resolve();
    };
    const model = line();
    const before = tf.memory().numTensors;
    await expect(fit(model, new Numbered(4, 2), { ...QUIET, validation })).rejects.toThrow(
      TrainingInterruptedError,
    );
    validation.made.length = 0;
    await expect(evaluate(model, validation)).rejects.toThrow(EvaluationInterruptedError);
    await vi.waitFor(() => expect(tf.memory().numTensors).toBe(before));
    expect(validation.returned).toBe(2);
  });

  it('that comes after training does nothing', async () => {
    const model = line();
    await fit(model, new Numbered(4, 2), QUIET);
    interrupt();
    expect(lastHistory(model)!.stoppedBy).toBeUndefined();
    expect(interrupts.listenerCount('interrupt')).toBe(1);
  });

  it('stops tfjs’s own fit', async () => {
    stopTrainingOnInterrupt();
    const model = line();
    let epochs = 0;
    const onEpochEnd = () => {
      if (++epochs === 2) interrupt();
    };
    const data = [tf.ones([4, 2]), tf.ones([4, 1])] as const;
    const quiet = { verbose: 0 } as object;
    const args = (count: number) => ({ ...quiet, epochs: count, callbacks: { onEpochEnd } });
    await model.fit(...data, args(5));
    expect(epochs).toBe(2);
    await model.fit(...data, args(3));
    expect(epochs).toBe(5);
  });
});

describe('an interrupt that cuts a computation', () => {
  /** Leaves tfjs as it is when V8 terminates the program in the middle of a step: nothing is unwound. */
  function cutStep(): void {
    const engine = tf.engine();
    engine.startScope('gradients');
    engine.state.activeTape = [];
    engine.state.gradientDepth = 1;
    engine.startScope('forward');
    tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).relu();
    engine.state.kernelDepth = 1;
  }

  it('leaves nothing behind', async () => {
    const left = await tensorsLeftBy(() => {
      cutStep();
      expect(tf.engine().state.activeTape.length).toBeGreaterThan(0);
      expect(mendEngine()).toBe(true);
      return Promise.resolve();
    });
    expect(left).toBe(0);
    expect(tf.engine().state).toMatchObject({
      gradientDepth: 0,
      kernelDepth: 0,
      scopeStack: [],
      activeTape: null,
    });
    expect(mendEngine()).toBe(false);
  });

  it('lets models train again, by either loop', async () => {
    stopTrainingOnInterrupt();
    const model = line();
    Object.assign(model, { isTraining: true });
    let wasCut: boolean | undefined;
    onInterrupt((cut) => (wasCut = cut));
    cutStep();
    interrupt();
    expect(wasCut).toBe(true);
    const history = await fit(model, new Numbered(10, 2), { ...QUIET, epochs: 2 });
    expect(history.metrics.loss[1]).toBeLessThan(history.metrics.loss[0]);
  });
});
