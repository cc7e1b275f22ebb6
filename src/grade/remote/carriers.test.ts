import { beforeAll, describe, expect, it, vi } from 'vitest';
import { filters, regression, type GreyImage } from '../../basics/index';
import { ready, tf } from '../../engine/index';
import * as models from '../../models/index';
import { stopAtAccuracy } from '../../train/index';
import { checks, type CheckName } from '../checks/index';
import { Wrong, type Finding } from '../errors';
import type { CaseSet } from '../expected';
import { carriers } from './carriers';
import { decode, encode } from './values';

beforeAll(async () => {
  await ready();
  vi.stubEnv('CONVLAB_FAST', '');
});

/** As from one process to another. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function judged(name: CheckName, answer: unknown, set: CaseSet): Promise<string | Finding> {
  const carrier = carriers[name];
  const given = sent(carrier.give(answer, sent(carrier.inputs(set)) as unknown[]));
  try {
    return checks[name](await carrier.take(given), set);
  } catch (error) {
    if (error instanceof Wrong) return error.finding;
    throw error;
  }
}

function here(name: CheckName, answer: unknown, set: CaseSet): string | Finding {
  try {
    return checks[name](answer, set);
  } catch (error) {
    return (error as Wrong).finding;
  }
}

const descend = (x: number[], y: number[], alpha: number, tolerance: number) => {
  const run = regression.descend(x, y, { alpha, tolerance, iterations: 20_000 });
  return { w: run.w, b: run.b, steps: run.history.length - 1 };
};
const history = (accuracy: number[], epochs: number) => ({ metrics: { accuracy }, params: { epochs } });
const small = (classes: number) => {
  const x = tf.input({ shape: [4] });
  return tf.model({
    inputs: x,
    outputs: tf.layers.dense({ units: classes, name: `fc${classes}` }).apply(x) as tf.SymbolicTensor,
  });
};

type Rename = Parameters<typeof models.identityBlock>;

/** An answer that is right, and one that is wrong, for each check but that of the whole ResNet50. */
const ANSWERS: Record<Exclude<CheckName, 'models.resnet50'>, [right: unknown, wrong: unknown]> = {
  'regression.cost': [
    regression.cost,
    (...line: Parameters<typeof regression.cost>) => 2 * regression.cost(...line),
  ],
  'regression.gradients': [regression.gradients, () => ({ dw: NaN, db: Infinity })],
  'regression.descend': [descend, () => undefined],
  'filters.convolve': [
    (image: GreyImage, kernel: number[][], weight: number) => filters.convolve(image, kernel, { weight }),
    (image: GreyImage, kernel: number[][]) => filters.convolve(image, kernel),
  ],
  'filters.maxPool': [filters.maxPool, (image: GreyImage) => Promise.resolve(image)],
  'mnist.callback': [stopAtAccuracy(0.998), stopAtAccuracy(0.99)],
  'mnist.training': [history([0.95, 0.99, 0.9985], 20), history([0.95], 20)],
  'happyOrSad.callback': [stopAtAccuracy(0.999), {}],
  'happyOrSad.training': [history([0.5, 0.7, 0.975, 0.9], 4), undefined],
  'models.identityBlock': [
    models.identityBlock,
    (...[x, f, filters, stage]: Rename) => models.identityBlock(x, f, filters, stage, 'z'),
  ],
  'models.convolutionalBlock': [models.convolutionalBlock, () => tf.scalar(1)],
  'models.resnet50Head': [small, () => small(3)],
  'models.denseLayer': [models.denseLayer, (x: tf.SymbolicTensor) => x],
  'models.transition': [models.transition, 'no function'],
};

describe.each(Object.entries(ANSWERS) as [CheckName, [unknown, unknown]][])('%s', (name, [right, wrong]) => {
  it.each(['visible', 'hidden'] as const)('is judged elsewhere as it is here: %s cases', async (set) => {
    expect(typeof here(name, right, set)).toBe('string');
    expect(await judged(name, right, set)).toBe(here(name, right, set));
    const finding = here(name, wrong, set);
    expect(typeof finding).toBe('object');
    expect(await judged(name, wrong, set)).toEqual(finding);
  });

  it('asks without telling what is expected', () => {
    const asked = JSON.stringify([carriers[name].inputs('visible'), carriers[name].inputs('hidden')]);
    expect(asked).not.toMatch(/"(expected|stopsAfter|weights|layers|parameters|best|layer)":/);
  });
});

it('a network with a mistake gets its message elsewhere, too', async () => {
  const relu = (x: tf.SymbolicTensor) => tf.layers.activation({ activation: 'relu' }).apply(x);
  const late = (...args: Rename) => relu(models.identityBlock(...args));
  expect(await judged('models.identityBlock', late, 'visible')).toEqual(
    here('models.identityBlock', late, 'visible'),
  );
});

it('answers are values, not code: what is made up is no answer', async () => {
  const inputs = carriers['regression.cost'].inputs('visible');
  const forged = { dataSync: 1, arraySync: 1, shape: [1], toString: 1 };
  expect(() => carriers['regression.cost'].give(() => forged, inputs)).not.toThrow();
  for (const given of [{}, { outcomes: [] }, { outcomes: [{ value: { dataSync: 1 } }] }, [], 1]) {
    await expect(
      (async () => checks['regression.cost'](await carriers['regression.cost'].take(given), 'visible'))(),
    ).rejects.toThrow();
  }
});

it('carries numbers that JSON has no form for', () => {
  const values = [NaN, Infinity, -Infinity, undefined, [1, [NaN]], { a: -Infinity }];
  expect(decode(sent(encode(values)))).toEqual(values);
  const tensor = tf.tensor2d([[1, 2]]);
  expect(encode(tensor)).toEqual([[1, 2]]);
  tensor.dispose();
});
