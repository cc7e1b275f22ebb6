import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { logEvery, stopAtAccuracy, stopAtLoss, type Callback, type Run } from './callbacks';
import { checkpoint } from './checkpoint';
import { fit } from './fit';
import type { Logs } from './history';
import { reduceLearningRate } from './learning-rate';
import { line, Numbered, tensorsLeftBy } from './testing/examples';

const QUIET = { progress: 'none' } as const;

beforeAll(() => ready());
afterEach(() => void vi.restoreAllMocks());

/** Let a callback see epochs with these values, without training; returns the learning rate after each. */
async function replay(callback: Callback, monitor: string, values: number[]): Promise<number[]> {
  const run = { metricNames: [monitor], learningRate: 1, stop: () => undefined } as unknown as Run;
  const rates: number[] = [];
  await callback.onTrainBegin?.(run);
  for (const [epoch, value] of values.entries()) {
    await callback.onEpochEnd?.(epoch, { [monitor]: value } as unknown as Logs, run);
    rates.push(Number(run.learningRate.toFixed(6)));
  }
  return rates;
}

describe('callbacks', () => {
  it('are told of everything, in order, and waited for', async () => {
    const told: string[] = [];
    const tell = async (what: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      told.push(what);
    };
    const callback: Callback = {
      onTrainBegin: () => tell('begin'),
      onEpochBegin: (epoch) => tell(`epoch ${epoch}`),
      onBatchEnd: (step) => tell(`step ${step}`),
      onEpochEnd: (epoch, logs) => tell(`end ${epoch}: ${Object.keys(logs).join()}`),
      onTrainEnd: (run) => tell(`end of ${run.history.epochs}`),
    };
    const validation = new Numbered(2, 2);
    await fit(line(), new Numbered(4, 2), { ...QUIET, epochs: 2, validation, callbacks: [callback] });
    const epoch = (i: number) => [
      `epoch ${i}`,
      `step ${2 * i + 1}`,
      `step ${2 * i + 2}`,
      `end ${i}: loss,valLoss`,
    ];
    expect(told).toEqual(['begin', ...epoch(0), ...epoch(1), 'end of 2']);
  });

  it('see each batch’s own loss', async () => {
    const losses: number[] = [];
    const model = line(1e-9);
    const x = tf.tensor2d([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    const data = { x, y: tf.zeros([3]) };
    const onBatchEnd = (_: number, logs: Logs) => void losses.push(Math.round(logs.loss));
    const history = await fit(model, data, {
      ...QUIET,
      batchSize: 1,
      shuffle: false,
      callbacks: [{ onBatchEnd }],
    });
    expect(losses).toEqual([1, 4, 9]);
    expect(history.metrics.loss[0]).toBeCloseTo(14 / 3, 5);
  });

  it('can be a plain object that a learner writes', async () => {
    const stopper = {
      onEpochEnd(epoch: number, logs: Logs, run: Run) {
        if (logs.loss < 100 && epoch === 1) run.stop('Reached it, so training is cancelled!');
      },
    };
    const history = await fit(line(), new Numbered(4, 2), { ...QUIET, epochs: 9, callbacks: [stopper] });
    expect(history.epochs).toBe(2);
    expect(history.stoppedBy).toBe('Reached it, so training is cancelled!');
  });
});

describe('stopping', () => {
  const stops = async (callback: Callback, name: string, value: number): Promise<string[]> => {
    const reasons: string[] = [];
    const run = {
      metricNames: ['loss', 'accuracy'],
      stop: (reason: string) => reasons.push(reason),
    } as unknown as Run;
    await callback.onTrainBegin?.(run);
    await callback.onEpochEnd?.(0, { [name]: value } as unknown as Logs, run);
    return reasons;
  };

  it('needs an accuracy above the threshold, as in the course', async () => {
    expect(await stops(stopAtAccuracy(0.998), 'accuracy', 0.998)).toEqual([]);
    expect(await stops(stopAtAccuracy(0.998), 'accuracy', 0.99805)).toEqual([
      'accuracy 0.99805 is above 0.998',
    ]);
  });

  it('needs a loss below the threshold', async () => {
    expect(await stops(stopAtLoss(0.05), 'loss', 0.05)).toEqual([]);
    expect(await stops(stopAtLoss(0.05), 'loss', 0.01)).toEqual(['loss 0.01 is below 0.05']);
  });

  it('is refused where no accuracy is measured', async () => {
    const training = fit(line(), new Numbered(4, 2), { ...QUIET, callbacks: [stopAtAccuracy(0.9)] });
    await expect(training).rejects.toThrow(/one of loss to watch, got accuracy.*metrics: \['accuracy'\]/);
  });
});

describe('train.logEvery', () => {
  it('prints the loss of every n-th step, over all epochs', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const history = await fit(line(), new Numbered(6, 2), { ...QUIET, epochs: 3, callbacks: [logEvery(4)] });
    const lines = print.mock.calls.map(([text]) => text as string);
    expect(lines.map((text) => text.replace(/0\.\d{6}/, '?'))).toEqual(['step 4, loss ?', 'step 8, loss ?']);
    expect(history.epochs).toBe(3);
  });
});

describe('the learning rate', () => {
  const { train } = tf;
  it.each([
    ['sgd', () => train.sgd(0.5)],
    ['momentum', () => train.momentum(0.5, 0.9)],
    ['adam', () => train.adam(0.5)],
    ['adamax', () => train.adamax(0.5)],
    ['rmsprop', () => train.rmsprop(0.5)],
    ['adagrad', () => train.adagrad(0.5)],
    ['adadelta', () => train.adadelta(0.5)],
  ])('of %s can be read and set, and is heeded', async (_, optimizer) => {
    const learned = async (rate: number): Promise<number> => {
      const model = line();
      model.compile({ optimizer: optimizer(), loss: 'meanSquaredError' });
      const begin = (run: Run) => {
        expect(run.learningRate).toBe(0.5);
        run.learningRate = rate;
        expect(run.learningRate).toBe(rate);
      };
      const data = { x: tf.ones([1, 2]), y: tf.zeros([1]) };
      await fit(model, data, { ...QUIET, callbacks: [{ onTrainBegin: begin }] });
      return Math.abs(model.getWeights()[0].dataSync()[0] - 1);
    };
    const [far, near] = [await learned(0.2), await learned(0.1)];
    expect(far / near).toBeCloseTo(2, 3);
  });

  it('must be above 0', async () => {
    const callbacks = [{ onTrainBegin: (run: Run) => void (run.learningRate = 0) }];
    const training = fit(line(), new Numbered(4, 2), { ...QUIET, callbacks });
    await expect(training).rejects.toThrow(/a finite rate above 0, got 0/);
  });
});

describe('train.reduceLearningRate', () => {
  it('does what Keras’ ReduceLROnPlateau does', async () => {
    const losses = [1, 0.9, 0.9, 0.89995, 0.8, 0.85, 0.84, 0.83, 0.82, 0.7, 0.7, 0.7, 0.7, 0.7];
    expect(
      await replay(reduceLearningRate({ factor: 0.5, patience: 2, minimum: 0.2 }), 'valLoss', losses),
    ).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]);
    const accuracies = [0.5, 0.6, 0.6, 0.6, 0.59, 0.7, 0.7, 0.7, 0.7];
    const callback = reduceLearningRate({ monitor: 'valAccuracy', patience: 3 });
    expect(await replay(callback, 'valAccuracy', accuracies)).toEqual([1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01]);
  });
});

describe('train.checkpoint', () => {
  /** Epochs that move the weight to 1, 2, 3 …, of which `best` has the lowest loss. */
  const trainPast = async (best: number, callback: Callback) => {
    const model = line();
    let epoch = 0;
    const move: Callback = {
      onEpochEnd: () => {
        epoch++;
        tf.tidy(() => model.setWeights([tf.fill([2, 1], epoch), tf.zeros([1])]));
      },
    };
    const judge: Callback = {
      onTrainBegin: (run) => callback.onTrainBegin?.(run),
      onEpochEnd: (at, logs, run) =>
        callback.onEpochEnd?.(at, { ...logs, loss: Math.abs(epoch - best) }, run),
      onTrainEnd: (run) => callback.onTrainEnd?.(run),
    };
    await fit(model, new Numbered(4, 2), { ...QUIET, epochs: 4, callbacks: [move, judge] });
    return model.getWeights()[0].dataSync()[0];
  };

  it('gives the best weights back', async () => {
    expect(await trainPast(2, checkpoint({ monitor: 'loss' }))).toBe(2);
    expect(await trainPast(2, checkpoint({ monitor: 'loss', restoreBest: false }))).toBe(4);
  });

  it('has every improvement saved, and waits for it', async () => {
    const saved: number[] = [];
    const save = async (model: tf.LayersModel) => {
      await new Promise((resolve) => setImmediate(resolve));
      saved.push(model.getWeights()[0].dataSync()[0]);
    };
    await trainPast(3, checkpoint({ monitor: 'loss', save }));
    expect(saved).toEqual([1, 2, 3]);
  });

  it('keeps no tensors', async () => {
    const callback = checkpoint({ monitor: 'valLoss' });
    const left = await tensorsLeftBy(async () => {
      const model = line();
      const options = { ...QUIET, epochs: 2, validation: new Numbered(2, 2), callbacks: [callback] };
      await fit(model, new Numbered(4, 2), options);
      model.dispose();
      model.optimizer.dispose();
    });
    expect(left).toBe(0);
  });
});

describe('bad options', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a threshold', () => stopAtAccuracy(NaN), /a finite threshold, got NaN/],
    ['a pace', () => logEvery(0), /whole number of steps from 1, got 0/],
    ['a factor', () => reduceLearningRate({ factor: 1 }), /above 0 and below 1, got 1/],
    ['a patience', () => reduceLearningRate({ patience: -1 }), /whole epochs, got -1/],
    ['a minimum', () => reduceLearningRate({ minimum: -1 }), /0 or more, got -1/],
  ])('%s is refused', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });

  it.each([checkpoint(), reduceLearningRate()])(
    'a monitor that is not there is refused',
    async (callback) => {
      const training = fit(line(), new Numbered(4, 2), { ...QUIET, callbacks: [callback] });
      await expect(training).rejects.toThrow(/one of loss to watch, got valLoss\. Pass `validation`/);
    },
  );
});
