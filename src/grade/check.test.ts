import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { filters, GreyImage, regression } from '../basics/index';
import { ready, tf } from '../engine/index';
import * as models from '../models/index';
import { stopAtAccuracy, type Callback, type Logs, type Run } from '../train/index';
import { check } from './check';
import { checks, type CheckName } from './checks/index';
import { GradeError } from './errors';

const sink = Symbol.for('convlab.display');
const shown: unknown[] = [];

beforeAll(async () => {
  await ready();
  vi.stubEnv('CONVLAB_FAST', '');
  (globalThis as Record<symbol, unknown>)[sink] = (value: unknown) => shown.push(value);
});

afterAll(() => {
  vi.unstubAllEnvs();
  Reflect.deleteProperty(globalThis, sink);
});

/** The message of the error that a wrong answer gets. */
function complaint(name: CheckName, answer: unknown): string {
  try {
    check(name, answer);
  } catch (error) {
    expect(error).toBeInstanceOf(GradeError);
    return (error as GradeError).message;
  }
  throw new Error(`${name} let a wrong answer pass`);
}

type Line = Parameters<typeof regression.cost>;

function descend(x: number[], y: number[], alpha: number, tolerance: number) {
  const run = regression.descend(x, y, { alpha, tolerance, iterations: 20_000 });
  return { w: run.w, b: run.b, steps: run.history.length - 1 };
}

const history = (accuracy: number[], epochs: number) => ({ metrics: { accuracy }, params: { epochs } });
const convolve = (image: GreyImage, kernel: number[][], weight: number) =>
  filters.convolve(image, kernel, { weight });
const onEnd = (onEpochEnd: (epoch: number, logs: Logs, run: Run) => void): Callback => ({ onEpochEnd });

const RIGHT: Record<Exclude<CheckName, `models.resnet50${string}`>, unknown> = {
  'regression.cost': regression.cost,
  'regression.gradients': regression.gradients,
  'regression.descend': descend,
  'filters.convolve': convolve,
  'filters.maxPool': filters.maxPool,
  'mnist.callback': stopAtAccuracy(0.998),
  'mnist.training': history([0.95, 0.99, 0.9985], 20),
  'happyOrSad.callback': stopAtAccuracy(0.999),
  'happyOrSad.training': history([0.5, 0.7, 0.975, 0.9], 4),
  'models.identityBlock': models.identityBlock,
  'models.convolutionalBlock': models.convolutionalBlock,
  'models.denseLayer': models.denseLayer,
  'models.transition': models.transition,
};

describe.each(Object.entries(RIGHT) as [CheckName, unknown][])('%s', (name, answer) => {
  it.each(['visible', 'hidden'] as const)('lets a right answer pass: %s cases', (cases) => {
    const tensors = tf.memory().numTensors;
    shown.length = 0;
    check(name, answer, { cases });
    expect(shown.map(String)).toEqual([expect.stringMatching(/^✓ /)]);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('knows an answer that is not written yet, and what is no answer', () => {
    expect(complaint(name, undefined)).toMatch(/expected .*, got undefined/);
    if (typeof answer !== 'function') return;
    const stub = () => {
      throw new Error('YOUR CODE HERE');
    };
    expect(complaint(name, stub)).toContain('not written yet');
    expect(complaint(name, () => undefined)).toContain('does not return its result');
  });
});

it('names the check that was meant', () => {
  expect(() => check('regression.costs' as CheckName, 1)).toThrow(
    /there is no such check; .*regression\.cost,/,
  );
});

describe('regression', () => {
  it.each<[string, (...line: Line) => unknown]>([
    ['the ½ is missing', (...line) => 2 * regression.cost(...line)],
    ['not divided by the number of houses', (...line) => line[0].length * regression.cost(...line)],
    ['w and b are exchanged', (x, y, w, b) => regression.cost(x, y, b, w)],
    ['all is 3 times what it should be', (...line) => 3 * regression.cost(...line)],
    ['a constant instead of a function', () => 0.5563573],
  ])('cost: %s', (cause, answer) => expect(complaint('regression.cost', answer)).toContain(cause));

  it.each<[string, (dw: number, db: number) => unknown]>([
    ['dw and db are exchanged', (dw, db) => ({ dw: db, db: dw })],
    ['the sign is turned round', (dw, db) => ({ dw: -dw, db: -db })],
    ['the factor x is missing', (_, db) => ({ dw: db, db })],
    ['got the shape [2]', (dw, db) => [dw, db]],
  ])('gradients: %s', (cause, change) => {
    const answer = (...line: Line) => {
      const { dw, db } = regression.gradients(...line);
      return change(dw, db);
    };
    expect(complaint('regression.gradients', answer)).toContain(cause);
  });

  it('descend: the update is not simultaneous', () => {
    const oneByOne = (x: number[], y: number[], alpha: number, tolerance: number) => {
      let [w, b, steps] = [0, 0, 0];
      for (;;) {
        const { dw, db } = regression.gradients(x, y, w, b);
        if (Math.max(Math.abs(dw), Math.abs(db)) <= tolerance) return { w, b, steps };
        w -= alpha * dw;
        b -= alpha * regression.gradients(x, y, w, b).db;
        steps++;
      }
    };
    expect(complaint('regression.descend', oneByOne)).toContain('take both slopes before either moves');
  });

  it('descend: a step too few, seen though the numbers are nearly the same', () => {
    const early = (...[x, y, alpha, tolerance]: Parameters<typeof descend>) => {
      const { steps } = descend(x, y, alpha, tolerance);
      const { history } = regression.descend(x, y, { alpha, tolerance, iterations: steps });
      const { w, b } = history[steps - 1];
      return { w, b, steps: steps - 1 };
    };
    expect(complaint('regression.descend', early)).toContain('a step too few');
  });
});

describe('filters', () => {
  it.each<[string, (image: GreyImage, kernel: number[][], weight: number) => unknown]>([
    ['read [row][column]', (...[i, k, weight]) => filters.convolve(i, k, { weight, layout: 'row-column' })],
    ['turned by 180°', (i, k, w) => convolve(i, k.map((row) => row.toReversed()).toReversed(), w)],
    ['not clamped', (image, kernel, weight) => filters.convolve(image, kernel, { weight, clamp: false })],
    ['the weight is left out', (image, kernel) => filters.convolve(image, kernel)],
    ['there is no border', (i, k, w) => convolve(i, k, w).crop(1, 1, i.height - 2, i.width - 2)],
    ['rows and columns are exchanged', (i, k, w) => turned(convolve(i, k, w).toRows())],
    ['returned as it came', (image) => image],
  ])('convolve: %s', (cause, answer) => expect(complaint('filters.convolve', answer)).toContain(cause));

  it.each<[string, (image: GreyImage) => unknown]>([
    ['the first pixel of each block', (i) => pick(i, (row, column) => i.at(row, column))],
    ['only the upper row', (i) => pick(i, (r, c) => Math.max(i.at(r, c), i.at(r, c + 1)))],
    ['height and width are exchanged', (i) => new GreyImage(i.height / 2, i.width / 2)],
    ['returned as it came', (image) => image],
  ])('pool: %s', (cause, answer) => expect(complaint('filters.maxPool', answer)).toContain(cause));

  const turned = (rows: number[][]) => rows[0].map((_, j) => rows.map((row) => row[j]));

  function pick(image: GreyImage, of: (row: number, column: number) => number): number[][] {
    const range = (count: number) => Array.from({ length: count / 2 }, (_, i) => 2 * i);
    return range(image.height).map((row) => range(image.width).map((column) => of(row, column)));
  }

  it('tells where the answers part first', () => {
    const wrong = (image: GreyImage) => {
      const rows = filters.maxPool(image).toRows();
      rows[1][2] -= 1;
      return rows;
    };
    expect(complaint('filters.maxPool', wrong)).toMatch(/first differ: at \[1\]\[2\]; 1 of 6 numbers differ/);
  });
});

describe('callbacks', () => {
  it.each<[string, (epoch: number, logs: Logs, run: Run) => void]>([
    ['it looks at logs.acc;', (_, logs, run) => logs.acc > 0.998 && run.stop()],
    ['not with 99.8', (_, logs, run) => logs.accuracy > 99.8 && run.stop()],
    ['above 0.98, not above 0.998', (_, logs, run) => logs.accuracy > 0.98 && run.stop()],
    ['turned round', (_, logs, run) => logs.accuracy < 0.998 && run.stop()],
    ['it looks at the loss', (_, logs, run) => logs.loss < 0.005 && run.stop()],
    ['the number of the epoch', (epoch, _, run) => epoch === 7 && run.stop()],
    ['whatever the accuracy is', (_, __, run) => run.stop()],
    ['it never calls run.stop', () => undefined],
    [
      'something beside the accuracy',
      (_, { accuracy, loss }, run) => accuracy > 0.998 && loss < 0.1 && run.stop(),
    ],
  ])('%s', (cause, onEpochEnd) => expect(complaint('mnist.callback', onEnd(onEpochEnd))).toContain(cause));

  it('hold a training against its outcome', () => {
    expect(complaint('mnist.training', history([0.9, 0.9985, 0.999], 20))).toContain('after epoch 2');
    expect(complaint('mnist.training', history([0.9, 0.95], 20))).toContain('too early');
    expect(complaint('mnist.training', history([0.9, 0.95], 2))).toContain('only 2 epochs were asked for');
    expect(complaint('happyOrSad.training', history(Array<number>(15).fill(0.9), 15))).toContain(
      'to reach 0.95',
    );
  });
});

describe('blocks', () => {
  type Symbolic = tf.SymbolicTensor;
  type Block = (x: Symbolic, f: number, filters: number[], stage: number, block: string) => unknown;
  const relu = (x: Symbolic) => tf.layers.activation({ activation: 'relu' }).apply(x) as Symbolic;
  const add = (...paths: Symbolic[]) => tf.layers.add().apply(paths) as Symbolic;

  /** A learner's identity block. */
  const identity =
    (join: (main: Symbolic, x: Symbolic) => Symbolic, padding: 'same' | 'valid' = 'same', bn = 'bn'): Block =>
    (x, f, filters, stage, block) => {
      const step = (
        from: Symbolic,
        branch: string,
        i: number,
        kernelSize: number,
        padding: 'same' | 'valid',
      ) => {
        const name = `${stage}${block}_branch${branch}`;
        const conv = tf.layers.conv2d({ name: `res${name}`, filters: filters[i], kernelSize, padding });
        return tf.layers.batchNormalization({ name: `${bn}${name}` }).apply(conv.apply(from)) as Symbolic;
      };
      const first = relu(step(x, '2a', 0, 1, 'valid'));
      return join(step(relu(step(first, '2b', 1, f, padding)), '2c', 2, 1, 'valid'), x);
    };

  it.each<[string, Block]>([
    ['the ReLU after the addition is missing', identity(add)],
    ['ReLU stands before the addition', identity((main, x) => add(relu(main), x))],
    ['the shortcut is missing', identity((main) => relu(main))],
    ['concatenate', identity((a, b) => relu(tf.layers.concatenate().apply([a, b]) as Symbolic))],
    ['res1a_branch2b: expected padding "same", got "valid"', identity((main) => relu(main), 'valid')],
    ['there are the names norm1a_branch2a', identity((a, b) => relu(add(a, b)), 'same', 'norm')],
  ])('identity: %s', (cause, block) => {
    const tensors = tf.memory().numTensors;
    expect(complaint('models.identityBlock', block)).toContain(cause);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('convolutional: the shortcut is left out', () => {
    const answer: Block = (x, f, filters, stage, block) =>
      identity((main) => relu(main))(x, f, filters, stage, block);
    expect(complaint('models.convolutionalBlock', answer)).toMatch(/strides \[2,2\], got \[1,1\]|branch1/);
  });

  it('dense: the channels are in another order', () => {
    const turned = (x: Symbolic, options: { name: string; growth: number; bottleneck: number }) => {
      const right = models.denseLayer(x, options);
      const grown = right.sourceLayer.inboundNodes[0].inputTensors[1];
      return tf.layers.concatenate().apply([grown, x]);
    };
    expect(complaint('models.denseLayer', turned)).toContain('the input comes first');
  });

  it('transition: max pooling', () => {
    const max = (x: Symbolic, options: { name: string; compression: number }) => {
      const fewer = models.transition(x, options).sourceLayer.inboundNodes[0].inputTensors[0];
      return tf.layers.maxPooling2d({ poolSize: 2 }).apply(fewer);
    };
    expect(complaint('models.transition', max)).toContain('average pooling is asked for');
  });

  it('ResNet50: another network in fast mode', () => {
    vi.stubEnv('CONVLAB_FAST', '1');
    expect(
      complaint('models.resnet50', () => models.resnet50({ kernelInitializer: tf.initializers.zeros() })),
    ).toContain('expected filters 4, got 64');
    vi.stubEnv('CONVLAB_FAST', '');
  });

  it('ResNet50: the layers and the parameters', () => {
    const kernelInitializer = tf.initializers.zeros();
    const build = (classes: number) => models.resnet50({ classes, kernelInitializer });
    const model = build(6);
    check('models.resnet50', model);
    model.dispose();
    expect(complaint('models.resnet50', () => build(7))).toContain('from [64, 64, 3] to [6]');
  });
});

it('keeps its files small', () => {
  const folder = join(__dirname, '..', '..', 'data', 'expected');
  const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
  expect(sizes).toHaveLength(Object.keys(checks).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(50_000);
});
