import { tf } from '../../engine/index';
import type { BlockFilters } from '../../models/resnet';
import { attempt, functionOf } from '../attempt';
import { Wrong } from '../errors';
import { expectedCases, type CaseSet } from '../expected';
import { blockCheck, type BlockCase } from './block';
import { checkLayers, type LayerConfig } from './layers';

export interface ResidualCase extends BlockCase {
  f: number;
  filters: BlockFilters;
  stage: number;
  block: string;
  /** The stride of a convolutional block. */
  s: number;
}

type Features = tf.SymbolicTensor;

export type Residual = (
  x: Features,
  f: number,
  filters: BlockFilters,
  stage: number,
  block: string,
  s?: number,
) => unknown;

/** Where a block departs from He et al.; nothing set is right. */
interface Mistakes {
  /** The convolutions, from 0, that no ReLU follows though one should. */
  linear?: readonly number[];
  /** How the main path and the shortcut become the output. */
  join?: (main: Features, shortcut: Features, first: Features) => Features;
  /** A ReLU on the shortcut of a convolutional block. */
  shortcutRelu?: boolean;
}

const relu = (x: Features) => tf.layers.activation({ activation: 'relu' }).apply(x) as Features;
const add = (a: Features, b: Features) => tf.layers.add().apply([a, b]) as Features;

/** A residual block with a mistake in it, of the layers that an answer has. */
function mistaken(kind: 'identity' | 'convolutional', mistakes: Mistakes): Residual {
  return (x, f, filters, stage, block, s = 1) => {
    const convolve = (
      from: Features,
      branch: string,
      filters: number,
      kernelSize: number,
      strides: number,
    ) => {
      const padding = kernelSize === 1 ? 'valid' : 'same';
      const name = `${stage}${block}_branch${branch}`;
      const conv = tf.layers.conv2d({ name: `res${name}`, filters, kernelSize, strides, padding });
      return tf.layers.batchNormalization({ name: `bn${name}` }).apply(conv.apply(from)) as Features;
    };
    const active = (from: Features, i: number) => (mistakes.linear?.includes(i) ? from : relu(from));
    const first = active(convolve(x, '2a', filters[0], 1, s), 0);
    const second = active(convolve(first, '2b', filters[1], f, 1), 1);
    const main = convolve(second, '2c', filters[2], 1, 1);
    const shortcut = kind === 'identity' ? x : convolve(x, '1', filters[2], 1, s);
    const { join = (a, b) => relu(add(a, b)), shortcutRelu } = mistakes;
    return join(main, shortcutRelu ? relu(shortcut) : shortcut, first);
  };
}

const BOTH: Readonly<Record<string, Mistakes>> = {
  'the ReLU after the addition is missing': { join: add },
  'the order: ReLU stands before the addition, and must follow it': { join: (a, b) => add(relu(a), b) },
  'there is a ReLU too many: none follows the third batch norm before the addition': {
    join: (a, b) => relu(add(relu(a), b)),
  },
  'the activation (ReLU) after the first convolution is missing': { linear: [0] },
  'the activation (ReLU) after the second convolution is missing': { linear: [1] },
  'the activations (ReLU) after the first two convolutions are missing': { linear: [0, 1] },
  'the paths are put side by side (concatenate), and must be added': {
    join: (a, b) => relu(tf.layers.concatenate().apply([a, b]) as Features),
  },
  'the paths are averaged, and must be added': {
    join: (a, b) => relu(tf.layers.average().apply([a, b]) as Features),
  },
};

const IDENTITY: Readonly<Record<string, Mistakes>> = {
  'the shortcut is missing: add the input to the main path': { join: (a) => relu(a) },
  'the main path is added to itself: keep the input, and add that': { join: (a) => relu(add(a, a)) },
};

const CONVOLUTIONAL: Readonly<Record<string, Mistakes>> = {
  'there is a ReLU on the shortcut; only batch norm belongs there': { shortcutRelu: true },
};

const blocksOf = (kind: 'identity' | 'convolutional', mistakes: Readonly<Record<string, Mistakes>>) =>
  Object.fromEntries(Object.entries(mistakes).map(([name, each]) => [name, mistaken(kind, each)]));

/** `identityBlock(x, f, filters, stage, block)` on a symbolic tensor. */
export const identityBlockCheck = blockCheck<ResidualCase, Residual>({
  name: 'identityBlock',
  file: 'models-identity-block',
  apply: (block, x, one) => block(x, one.f, one.filters, one.stage, one.block),
  input: ({ inputShape, f, filters, stage, block }) =>
    `x of ${told(inputShape)}, f = ${f}, filters ${told(filters)}, stage ${stage}, block '${block}'`,
  mistakes: blocksOf('identity', { ...BOTH, ...IDENTITY }),
});

/** `convolutionalBlock(x, f, filters, stage, block, s)` on a symbolic tensor. */
export const convolutionalBlockCheck = blockCheck<ResidualCase, Residual>({
  name: 'convolutionalBlock',
  file: 'models-convolutional-block',
  apply: (block, x, one) => block(x, one.f, one.filters, one.stage, one.block, one.s),
  input: ({ inputShape, f, filters, stage, block, s }) =>
    `x of ${told(inputShape)}, f = ${f}, filters ${told(filters)}, stage ${stage}, block '${block}', s = ${s}`,
  mistakes: blocksOf('convolutional', { ...BOTH, ...CONVOLUTIONAL }),
});

const told = (shape: readonly number[]) => `[${shape.join(', ')}]`;

interface NetworkCase {
  /** The smaller network that a lesson builds in fast mode (`CONVLAB_FAST=1`). */
  fast: boolean;
  layers: LayerConfig[];
  parameters: number;
  trainable: number;
  /** How many layers of each kind have no weights. */
  others: Record<string, number>;
  inputShape: number[];
  outputShape: number[];
}

/** The course's ResNet50 for 64×64×3 and 6 classes: a model, or a function that builds it. */
export function resnet50Check(actual: unknown, set: CaseSet): string {
  const isFunction = typeof actual === 'function';
  const model: unknown = isFunction ? attempt('the function', actual as () => unknown) : actual;
  if (!(model instanceof tf.LayersModel)) {
    throw new Wrong({ summary: `expected a tf.LayersModel, got ${String(model)}` });
  }
  try {
    const isFast = Boolean(process.env.CONVLAB_FAST);
    const cases = expectedCases('models-resnet50', set) as NetworkCase[];
    for (const one of cases.filter(({ fast }) => fast === isFast)) checkNetwork(model, one);
  } finally {
    if (isFunction) model.dispose();
  }
  return `${model.layers.length} layers and ${model.countParams().toLocaleString('en')} parameters, as in Keras`;
}

function checkNetwork(model: tf.LayersModel, one: NetworkCase): void {
  const [from, to] = [model.inputs[0].shape.slice(1), model.outputs[0].shape.slice(1)];
  if (from.join() !== one.inputShape.join() || to.join() !== one.outputShape.join()) {
    const summary = `expected a model from ${told(one.inputShape)} to ${told(one.outputShape)}, got one from ${told(from as number[])} to ${told(to as number[])}`;
    throw new Wrong({ summary });
  }
  checkLayers(model, one);
  for (const [type, count] of Object.entries(one.others)) {
    const found = model.layers.filter((layer) => layer.getClassName() === type).length;
    if (found !== count) throw new Wrong({ summary: `expected ${count} layers ${type}, got ${found}` });
  }
  const trainable = model.trainableWeights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((a, b) => a * b!, 1),
    0,
  );
  if (trainable !== one.trainable) {
    throw new Wrong({ summary: `expected ${one.trainable} trainable parameters, got ${trainable}` });
  }
}

/** `buildResNet(classes)` for another number of classes: the last layer and its name follow. */
export function resnet50HeadCheck(actual: unknown, set: CaseSet): string {
  const build = functionOf('buildResNet', actual) as (classes: number) => unknown;
  const cases = expectedCases('models-resnet50-head', set) as { classes: number; layer: string }[];
  for (const { classes, layer } of cases) {
    const input = `buildResNet(${classes})`;
    const model = attempt(input, () => build(classes));
    if (!(model instanceof tf.LayersModel)) {
      throw new Wrong({ summary: `expected a tf.LayersModel, got ${String(model)}`, input });
    }
    const [came, name] = [model.outputs[0].shape.at(-1), model.layers.at(-1)!.name];
    model.dispose();
    if (came === classes && name === layer) continue;
    const summary = `expected ${classes} outputs of a layer ${layer}, got ${came} of ${name}`;
    throw new Wrong({ summary, input });
  }
  return `right for ${cases.map(({ classes }) => classes).join(' and ')} classes`;
}
