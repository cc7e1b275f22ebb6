import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import type { Callback, Run } from './callbacks';
import { DivergedError } from './errors';
import { fit, lastHistory } from './fit';
import { line, Numbered, tensorsLeftBy } from './testing/examples';

const QUIET = { progress: 'none' } as const;

beforeAll(() => ready());

describe('train.fit', () => {
  it('tells what it did', async () => {
    const model = line();
    const history = await fit(model, new Numbered(10, 4), {
      ...QUIET,
      epochs: 3,
      validation: new Numbered(5, 5),
    });
    expect(history.params).toEqual({ epochs: 3, batchSize: 4, stepsPerEpoch: 3, size: 10 });
    expect(history.epochs).toBe(3);
    expect(Object.keys(history.metrics)).toEqual(['loss', 'valLoss']);
    expect(history.metrics.loss).toHaveLength(3);
    expect(history.metrics.loss[2]).toBeLessThan(history.metrics.loss[0]);
    expect(history.seconds.every((seconds) => seconds > 0)).toBe(true);
    expect(history.stoppedBy).toBeUndefined();
    expect(lastHistory(model)).toBe(history);
    expect(String(history)).toMatch(/^3 epochs: loss 0\.\d{4}, valLoss 0\.\d{4}$/);
    model.dispose();
  });

  it('asks the data set for another pass each epoch, in the order that is wanted', async () => {
    const set = new Numbered(10, 4);
    await fit(line(), set, { ...QUIET, epochs: 2, batchSize: 5, shuffle: true, seed: 7 });
    expect(set.passes).toEqual([0, 1].map((pass) => ({ batchSize: 5, shuffle: true, seed: 7, pass })));
    await fit(line(), set, { ...QUIET });
    expect(set.passes[2]).toEqual({ batchSize: 4, shuffle: true, pass: 0 });
    expect(set.returned).toBe(0);
  });

  it('takes another order in each pass, unless the set or the caller says otherwise', async () => {
    const asked = async (own: boolean | undefined, shuffle?: boolean) => {
      const set = Object.assign(new Numbered(4, 4), own === undefined ? {} : { shuffle: own });
      await fit(line(), set, { ...QUIET, ...(shuffle !== undefined && { shuffle }) });
      return set.passes[0].shuffle;
    };
    expect([await asked(undefined), await asked(true), await asked(false)]).toEqual([true, true, false]);
    expect([await asked(undefined, false), await asked(false, true)]).toEqual([false, true]);
  });

  it('evaluates in the validation set’s own batches and order', async () => {
    const validation = new Numbered(6, 2);
    await fit(line(), new Numbered(10, 4), { ...QUIET, batchSize: 5, validation });
    expect(validation.passes).toEqual([{ batchSize: 2, shuffle: false, pass: 0 }]);
    expect(validation.made).toEqual([0, 2, 4]);
  });

  it('goes on where the last epoch stood, and makes no batch too many', async () => {
    const set = new Numbered(10, 4);
    const history = await fit(line(), set, { ...QUIET, epochs: 5, stepsPerEpoch: 1 });
    expect(history.params.stepsPerEpoch).toBe(1);
    expect(set.made).toEqual([0, 4, 8, 0, 4]);
    expect(set.passes.map(({ pass }) => pass)).toEqual([0, 1]);
    expect(set.returned).toBe(1);
  });

  it('lets an epoch be longer than a pass', async () => {
    const set = new Numbered(4, 2);
    await fit(line(), set, { ...QUIET, stepsPerEpoch: 5 });
    expect(set.made).toEqual([0, 2, 0, 2, 0]);
  });

  it('has the next batch made while one trains', async () => {
    const set = new Numbered(8, 2);
    const made: number[] = [];
    const onBatchEnd = () => void made.push(set.made.length);
    await fit(line(), set, { ...QUIET, callbacks: [{ onBatchEnd }] });
    expect(made).toEqual([2, 3, 4, 4]);
  });

  it('lets others have a turn', async () => {
    let turns = 0;
    let isRunning = true;
    const count = () => {
      turns++;
      if (isRunning) setImmediate(count);
    };
    setImmediate(count);
    const busy = () => {
      const end = performance.now() + 20;
      while (performance.now() < end);
    };
    await fit(
      line(),
      { x: tf.ones([8, 2]), y: tf.ones([8]) },
      { ...QUIET, batchSize: 2, callbacks: [{ onBatchEnd: busy }] },
    );
    isRunning = false;
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describe('tensors', () => {
  it('are looked through in another order each pass, which the seed alone decides', async () => {
    const seen = async (seed?: number): Promise<number[][]> => {
      const x = tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i, 0]));
      const epochs: number[][] = [];
      const model = line(1e-9);
      const callbacks: Callback[] = [
        {
          onEpochBegin: () => void epochs.push([]),
          onBatchEnd: (_, { loss }) => void epochs.at(-1)!.push(Math.round(Math.sqrt(loss))),
        },
      ];
      await fit(model, { x, y: tf.zeros([8]) }, { ...QUIET, epochs: 2, batchSize: 1, seed, callbacks });
      return epochs;
    };
    const [first, second] = await seen(3);
    expect([...first].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...second].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(first).not.toEqual(second);
    expect(await seen(3)).toEqual([first, second]);
    expect(await seen(4)).not.toEqual([first, second]);
  });

  it('stay the caller’s, whatever their type', async () => {
    const x = tf.tensor2d(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [3, 2],
      'int32',
    );
    const y = tf.tensor1d([1, 0, 1], 'int32');
    const model = line(0.001);
    const options = { ...QUIET, epochs: 2, batchSize: 2, validation: { x, y } };
    expect(await tensorsLeftBy(() => fit(model, { x, y }, options))).toBe(0);
    expect([...x.dataSync(), ...y.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 1, 0, 1]);
  });
});

describe('memory', () => {
  const life = async (work: (model: tf.LayersModel) => Promise<unknown>): Promise<number> =>
    tensorsLeftBy(async () => {
      const model = line();
      await work(model);
      model.dispose();
      model.optimizer.dispose();
    });

  it('is as before when training ends', async () => {
    const options = { ...QUIET, epochs: 3, validation: new Numbered(5, 2) };
    expect(await life((model) => fit(model, new Numbered(10, 4), options))).toBe(0);
    expect(await life((model) => fit(model, new Numbered(10, 4), { ...options, stepsPerEpoch: 2 }))).toBe(0);
  });

  it('is as before when a callback stops it, and the pass is ended', async () => {
    const set = new Numbered(10, 2);
    const stop = { onBatchEnd: (_: number, __: unknown, run: Run) => run.stop('enough') };
    const left = await life(async (model) => {
      const history = await fit(model, set, { ...QUIET, epochs: 3, callbacks: [stop] });
      expect(history.stoppedBy).toBe('enough');
      expect(history.epochs).toBe(1);
    });
    expect(left).toBe(0);
    expect(set.returned).toBe(1);
  });

  it.each<[string, (set: Numbered) => Callback | undefined]>([
    [
      'a callback',
      () => ({
        onBatchEnd: () => {
          throw new RangeError('broken');
        },
      }),
    ],
    ['a callback’s promise', () => ({ onEpochEnd: () => Promise.reject(new RangeError('broken')) })],
    [
      'the data set',
      (set) => {
        set.wait = (batch) => (batch === 2 ? Promise.reject(new RangeError('broken')) : Promise.resolve());
        return undefined;
      },
    ],
  ])('is as before when %s throws', async (_, breakIt) => {
    const set = new Numbered(10, 2);
    const callback = breakIt(set);
    const left = await life(async (model) => {
      const options = { ...QUIET, stepsPerEpoch: 4, epochs: 2, callbacks: callback ? [callback] : [] };
      await expect(fit(model, set, options)).rejects.toThrow(RangeError);
      expect(lastHistory(model)!.stoppedBy).toBe('stopped by an error');
    });
    expect(left).toBe(0);
    expect(set.returned).toBe(1);
  });

  it('is as before when the loss is no number any more', async () => {
    const left = await life(async (model) => {
      const huge = { x: tf.fill([8, 2], 1e30), y: tf.zeros([8]) };
      const failure = await fit(model, huge, { ...QUIET, epochs: 5, batchSize: 4 }).catch(
        (error: unknown) => error,
      );
      tf.dispose(huge);
      expect(failure).toBeInstanceOf(DivergedError);
      expect(failure).toMatchObject({ epoch: 0, step: 1, loss: Infinity });
      expect(String(failure)).toMatch(/loss became Infinity in epoch 1, step 1.*learning rate below 0\.1/);
      expect((failure as DivergedError).history.epochs).toBe(0);
    });
    expect(left).toBe(0);
  });
});

describe('divergence', () => {
  it('leaves the history so far', async () => {
    const model = line(30);
    const data = { x: tf.ones([8, 2]), y: tf.zeros([8]) };
    const failure = await fit(model, data, { ...QUIET, epochs: 100, batchSize: 8 }).catch(
      (error: unknown) => error,
    );
    const { history, epoch } = failure as DivergedError;
    expect(history.epochs).toBe(epoch);
    expect(epoch).toBeGreaterThan(1);
    expect(history.metrics.loss.every(Number.isFinite)).toBe(true);
    expect(lastHistory(model)).toBe(history);
  });
});

it.each([
  [NaN, false],
  [Infinity, false],
  [NaN, true],
  [Infinity, true],
])('inputs of %d are told at the first step, compiled or not (%s)', async (value, compile) => {
  const data = { x: tf.fill([4, 2], value), y: tf.zeros([4]) };
  const failure = fit(line(), data, { ...QUIET, compile });
  await expect(failure).rejects.toThrow(DivergedError);
  await expect(failure).rejects.toThrow(/in epoch 1, step 1.*inputs are small finite numbers/);
});

it('a NaN that comes later is told at its step, compiled too', async () => {
  const x = tf.tensor2d(
    Array.from({ length: 20 }, (_, i) => (i === 12 ? NaN : 0.1)),
    [10, 2],
  );
  const options = { ...QUIET, batchSize: 2, shuffle: false, compile: true };
  const failure = fit(line(), { x, y: tf.zeros([10]) }, options);
  await expect(failure).rejects.toThrow(/loss became NaN in epoch 1, step 4/);
});

describe('what does not fit', () => {
  const softmax = (loss: string, inputShape = [2]) => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 3, activation: 'softmax', inputShape })],
    });
    model.compile({ optimizer: 'sgd', loss, metrics: ['accuracy'] });
    return model;
  };
  const set = (mode: 'int' | 'categorical' | 'binary', classes = 3, label = (i: number) => i % 3) =>
    new Numbered(10, 4, mode, label, classes);
  const x = () => tf.ones([4, 2]);
  const sparse = 'sparseCategoricalCrossentropy';

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'no epoch',
      () => fit(line(), set('binary'), { epochs: 0 }),
      /epochs to be a whole number from 1, got 0/,
    ],
    ['half a batch', () => fit(line(), set('binary'), { batchSize: 0.5 }), /batchSize .* got 0\.5/],
    ['no step', () => fit(line(), set('binary'), { stepsPerEpoch: -1 }), /stepsPerEpoch .* got -1/],
    [
      'a model that is not compiled',
      () => fit(tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] }), set('binary')),
      /expected a compiled model.*model\.compile\(/,
    ],
    [
      'inputs of another shape',
      () => fit(softmax(sparse, [3]), set('int')),
      /the training set of examples \[3\], got \[2\]/,
    ],
    [
      'a validation set of another shape',
      () => fit(softmax(sparse), set('int'), { validation: { x: tf.ones([4, 5]), y: tf.zeros([4]) } }),
      /the validation set of examples \[2\], got \[5\]/,
    ],
    [
      'labels of another kind',
      () => fit(softmax(sparse), set('categorical')),
      /'int' labels, got 'categorical'/,
    ],
    [
      'more classes than outputs',
      () => fit(softmax(sparse), set('int', 4)),
      /an output for each class .*got 3.*4 units/,
    ],
    [
      'labels that no output stands for',
      () => fit(softmax(sparse), { x: x(), y: tf.tensor1d([0, 1, 2, 3]) }, QUIET),
      /whole labels from 0 to 2 .*got 3/,
    ],
    [
      'such labels in a data set',
      () =>
        fit(
          softmax(sparse),
          set('int', 3, (i) => (i === 6 ? 9 : 0)),
          QUIET,
        ),
      /whole labels from 0 to 2 in the training set .*got 9/,
    ],
    [
      'broken labels',
      () => fit(softmax(sparse), { x: x(), y: tf.tensor1d([0, 1, 0.5, 2]) }),
      /whole labels .*got 0\.5/,
    ],
    [
      'class numbers for a one-hot loss',
      () => fit(softmax('categoricalCrossentropy'), { x: x(), y: tf.zeros([4]) }),
      /labels of shape \[3\].* got \[1\]\. Take tf\.oneHot/,
    ],
    [
      'one-hot labels for a sparse loss',
      () => fit(softmax(sparse), { x: x(), y: tf.zeros([4, 3]) }),
      /labels of shape \[1\].* got \[3\]\. Take class numbers/,
    ],
    [
      'more x than y',
      () => fit(softmax(sparse), { x: x(), y: tf.zeros([3]) }),
      /as many x as y .*x \[4, 2\] and y \[3\]/,
    ],
    [
      'nothing',
      () => fit(softmax(sparse), new Numbered(0, 4, 'int', () => 0, 3)),
      /examples in the training set, got none/,
    ],
  ])('%s is refused', async (_, act, message) => {
    const failure = act();
    await expect(failure).rejects.toThrow(InputError);
    await expect(failure).rejects.toThrow(message);
  });
});
