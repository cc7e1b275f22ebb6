import { EventEmitter } from 'node:events';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { relativeError } from '../engine/testing/backends';
import { Session } from '../graph/session';
import { useEngine } from '../graph/testing/engines';
import type { Callback, Run } from './callbacks';
import { TrainingInterruptedError } from './errors';
import { fit } from './fit';
import { examples, QUIET, twoLayers, weightsOf } from './testing/two-layers';

describe('an interrupt of compiled training', () => {
  beforeAll(() => useEngine());
  const globals = globalThis as Record<symbol, unknown>;
  afterEach(() => {
    globals[Symbol.for('convlab.interrupts')] = undefined;
    vi.restoreAllMocks();
  });

  it('leaves the model with the weights of its last step', async () => {
    const interrupts = new EventEmitter();
    globals[Symbol.for('convlab.interrupts')] = interrupts;
    const data = examples();
    const [eager, compiled] = [twoLayers(), twoLayers()];
    const stopAfter = (steps: number): Callback => ({
      logsOnly: true,
      onBatchEnd(step: number, _logs: unknown, run: Run) {
        if (step < steps) return;
        if (run.model === compiled) interrupts.emit('interrupt');
        else run.stop();
      },
    });
    const options = { ...QUIET, batchSize: 2, epochs: 3 };
    await fit(eager, data, { ...options, callbacks: [stopAfter(7)] });
    const training = fit(compiled, data, { ...options, callbacks: [stopAfter(7)], compile: true });
    await expect(training).rejects.toThrow(TrainingInterruptedError);
    expect(relativeError(weightsOf(compiled).flat(), weightsOf(eager).flat())).toBeLessThan(1e-5);
  });

  it('in the middle of a step gives the weights of the step before, at once and for good', async () => {
    const interrupts = new EventEmitter();
    globals[Symbol.for('convlab.interrupts')] = interrupts;
    const data = examples();
    const [eager, compiled] = [twoLayers(), twoLayers()];
    const stop: Callback = {
      onBatchEnd(step, _, run) {
        if (step === 7) run.stop();
      },
    };
    const options = { ...QUIET, batchSize: 2, epochs: 3 };
    await fit(eager, data, { ...options, callbacks: [stop], compile: false });
    const expected = weightsOf(eager).flat();
    let found: number[] = [];
    let runs = 0;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this`
    const { fill } = Session.prototype;
    vi.spyOn(Session.prototype, 'fill').mockImplementation(function (this: Session, ...args) {
      const running = fill.apply(this, args);
      if (++runs === 8) {
        interrupts.emit('interrupt');
        found = weightsOf(compiled).flat();
      }
      return running;
    });
    await expect(fit(compiled, data, { ...options, compile: true })).rejects.toThrow(
      TrainingInterruptedError,
    );
    expect(relativeError(found, expected)).toBeLessThan(1e-5);
    expect(weightsOf(compiled).flat()).toEqual(found);
    expect(runs).toBe(8);
  });

  it('of a callback’s making, by an error, leaves the weights of the last step', async () => {
    const stopAt = (step: number): Callback => ({
      logsOnly: true,
      onBatchEnd(at) {
        if (at === step) throw new RangeError('broken');
      },
    });
    const train = async (compile: boolean): Promise<number[]> => {
      const model = twoLayers();
      const callbacks = [stopAt(4)];
      await expect(fit(model, examples(), { ...QUIET, batchSize: 2, callbacks, compile })).rejects.toThrow(
        RangeError,
      );
      return weightsOf(model).flat();
    };
    expect(relativeError(await train(true), await train(false))).toBeLessThan(1e-5);
  });
});
