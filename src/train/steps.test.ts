import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { relativeError } from '../engine/testing/backends';
import { seeded } from '../engine/testing/random';
import { ready, tf } from '../engine/index';
import { Session } from '../graph/session';
import { zeroPadding3d } from '../layers/index';
import { beginning } from './auto';
import { fit } from './fit';
import { Steps } from './steps';
import { line } from './testing/examples';

beforeAll(() => ready());
afterEach(() => vi.restoreAllMocks());

const { dense, timeDistributed } = tf.layers;

function compiled(layers: tf.layers.Layer[], args: Partial<tf.ModelCompileArgs> = {}): tf.Sequential {
  const model = tf.sequential({ layers });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError', ...args });
  return model;
}

class Own extends tf.layers.Layer {
  static readonly className = 'StepsOwn';
  override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    return x;
  }
}

class OwnOptimizer extends tf.SGDOptimizer {}

describe('beginning', () => {
  const unit = (): tf.layers.Layer => dense({ units: 1, inputShape: [2] });
  const own = (): Own => new Own({});
  const loss = (y: tf.Tensor, z: tf.Tensor): tf.Tensor => tf.losses.meanSquaredError(y, z);

  it.each<[string, () => tf.LayersModel, boolean]>([
    ['a model of tfjs’s layers', () => compiled([unit()], { metrics: ['accuracy'] }), true],
    [
      'tfjs’s own functions',
      () => compiled([unit()], { loss: tf.losses.huberLoss, metrics: [tf.metrics.mse] }),
      true,
    ],
    ['metrics by output', () => compiled([unit()], { metrics: { dense: 'mse' } }), true],
    [
      'convlab’s layers',
      () => compiled([zeroPadding3d({ inputShape: [2, 2, 2, 1] }), dense({ units: 1 })]),
      true,
    ],
    ['a model in a model', () => compiled([compiled([unit()]), dense({ units: 1 })]), true],
    ['a loss of the user’s', () => compiled([unit()], { loss }), false],
    ['a metric of the user’s', () => compiled([unit()], { metrics: ['mse', loss] }), false],
    ['an optimizer of the user’s', () => compiled([unit()], { optimizer: new OwnOptimizer(0.1) }), false],
    ['a layer of the user’s', () => compiled([unit(), own()]), false],
    ['one in a model in the model', () => compiled([compiled([unit(), own()]), dense({ units: 1 })]), false],
    ['one in a wrapper', () => compiled([timeDistributed({ layer: own(), inputShape: [2, 2] })]), false],
  ])('knows %s', (_, build, expected) => {
    expect(beginning(build(), { steps: 50, batchSize: 4 })).toBe(expected ? 'trial' : 'eager');
  });

  it('leaves short trainings alone, huge layers except on WASM, and a GPU', () => {
    const huge = tf.getBackend() === 'wasm' ? 'compiled' : 'eager';
    expect(beginning(line(), { steps: 50, batchSize: 2 ** 25 })).toBe('trial');
    expect(beginning(line(), { steps: 50, batchSize: 2 ** 25 + 1 })).toBe(huge);
    expect(beginning(line(), { steps: 49, batchSize: 4 })).toBe('eager');
    expect(beginning(line(), { steps: 49, batchSize: 2 ** 25 + 1 })).toBe(huge);
    const backend = tf.backend() as { isUsingGpuDevice?: boolean };
    const { isUsingGpuDevice = false } = backend;
    backend.isUsingGpuDevice = true;
    expect(beginning(line(), { steps: 50, batchSize: 4 })).toBe('eager');
    backend.isUsingGpuDevice = isUsingGpuDevice;
  });
});

describe('steps whose kind is chosen', () => {
  const batch = (size = 4): { x: tf.Tensor; y: tf.Tensor } => ({
    x: seeded([size, 2], 1),
    y: seeded([size, 1], 2),
  });

  /** A clock on which an eager step takes `eager`, and one in onnxruntime `compiled`. */
  function clock(eager: number, compiled: number): void {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this`
    const [{ fill }, { trainOnBatch }] = [Session.prototype, tf.Sequential.prototype];
    vi.spyOn(Session.prototype, 'fill').mockImplementation(function (this: Session, ...args) {
      now += compiled;
      return fill.apply(this, args);
    });
    vi.spyOn(tf.Sequential.prototype, 'trainOnBatch').mockImplementation(function (
      this: tf.Sequential,
      ...args
    ) {
      now += eager;
      return trainOnBatch.apply(this, args);
    });
  }

  async function kinds(steps: Steps, sizes: readonly number[]): Promise<boolean[]> {
    const found: boolean[] = [];
    for (const size of sizes) {
      found.push(steps.isCompiled);
      await steps.run(batch(size));
    }
    return found;
  }

  const STEPS = { steps: 100, batchSize: 4 };
  const full = Array<number>(12).fill(4);
  const eagerly = Array<boolean>(12).fill(false);

  it('are compiled after four where that is faster', async () => {
    clock(10, 5);
    const steps = new Steps(line(), 'auto', STEPS);
    expect(await kinds(steps, full)).toEqual(full.map((_, i) => i >= 4));
    expect(steps.reason).toBeUndefined();
    await steps.dispose();
  });

  it('are eager again after four more where it is not, with a reason and the same weights', async () => {
    clock(10, 12);
    const [model, expected] = [line(), line()];
    const steps = new Steps(model, 'auto', STEPS);
    expect(await kinds(steps, full)).toEqual(full.map((_, i) => i >= 4 && i < 8));
    expect(steps.reason).toBe('A step takes 12 ms in onnxruntime, and 10 ms eagerly.');
    await steps.dispose();
    await kinds(new Steps(expected, false, STEPS), full);
    const weights = [model, expected].map((each) => [...each.getWeights()[0].dataSync()]);
    expect(relativeError(weights[0], weights[1])).toBeLessThan(1e-5);
  });

  it('are compared by batches of one size', async () => {
    clock(10, 5);
    const steps = new Steps(line(), 'auto', STEPS);
    const sizes = [4, 1, 4, 1, 4, 1, 4, 1, 4];
    expect(await kinds(steps, sizes)).toEqual(sizes.map((_, i) => i >= 7));
    await steps.dispose();
  });

  it('are what the caller says', async () => {
    expect(await kinds(new Steps(line(), false, STEPS), full)).toEqual(eagerly);
    expect(await kinds(new Steps(line(), 'auto', { ...STEPS, steps: 49 }), full)).toEqual(eagerly);
    const steps = new Steps(line(), true, { ...STEPS, steps: 1 });
    expect(await kinds(steps, full)).toEqual(full.map(() => true));
    await steps.dispose();
  });

  it('give train.fit’s history, which says that they are compiled', async () => {
    clock(10, 5);
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const data = batch(40);
    const train = (compile?: boolean): Promise<unknown> =>
      fit(line(), data, { batchSize: 4, epochs: 5, ...(compile !== undefined && { compile }) });
    const [chosen, eager] = [await train(), await train(false)] as { metrics: { loss: number[] } }[];
    expect(relativeError(chosen.metrics.loss, eager.metrics.loss)).toBeLessThan(1e-5);
    const lines = print.mock.calls.map(([text]) => / compiled {2}loss/.test(text as string));
    expect(lines).toEqual([true, true, true, true, true, false, false, false, false, false]);
  });
});
