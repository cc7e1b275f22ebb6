import { tf } from '../../engine/index';
import { attempt, functionOf } from '../attempt';
import { Wrong } from '../errors';
import { expectedCases, type CaseSet } from '../expected';
import { judge, type Trial } from '../judge';
import type { Value } from '../values';
import { checkLayers, type LayerConfig } from './layers';

/** One input of a block: its weights, and what Keras gives for it in inference. */
export interface BlockCase {
  /** [examples, …, channels] */
  x: number[][];
  inputShape: number[];
  /** The layers that have weights, as Keras has them, and their weights row by row. */
  layers: (LayerConfig & { weights: number[][] })[];
  parameters: number;
  expected: Value;
}

/** What is asked of a block of layers. */
export interface BlockTask<Case extends BlockCase, Block> {
  name: string;
  /** The file in `data/expected`. */
  file: string;
  apply(block: Block, x: tf.SymbolicTensor, one: Case): unknown;
  /** How the block was called, in words. */
  input(one: Case): string;
  /** Blocks with a mistake in them, by the mistake's description. */
  mistakes: Readonly<Record<string, Block>>;
}

/** Keras' and tfjs' float32 differ by so much, as a share of max(1, |e|). */
const TOLERANCE = 1e-4;

/** Networks that an answer has put together elsewhere, one for each input, in place of the answer. */
export class BuiltBlocks {
  private next = 0;

  /** @param builds gives the networks, each called once; they throw what the answer has thrown */
  constructor(private readonly builds: readonly (() => tf.LayersModel)[]) {}

  take(): tf.LayersModel {
    return this.builds[this.next++]();
  }
}

/** A check of a function that puts layers on a symbolic tensor: its layers, its parameters, then its numbers. */
export function blockCheck<Case extends BlockCase, Block>(task: BlockTask<Case, Block>) {
  const check = (actual: unknown, set: CaseSet): string => {
    const built = actual instanceof BuiltBlocks ? actual : undefined;
    const block = built ? undefined : (functionOf(task.name, actual) as Block);
    const cases = expectedCases(task.file, set) as Case[];
    const trials = cases.map((one): Trial => {
      const received = outputs(task, one, built?.take() ?? buildBlock(task, block!, one));
      const variants = () => variantOutputs(task, one);
      return { input: task.input(one), expected: one.expected, received, variants };
    });
    judge(trials, TOLERANCE);
    return `layers, parameters and numbers are right for ${cases.length} inputs`;
  };
  return Object.assign(check, { task });
}

function variantOutputs<Case extends BlockCase, Block>(task: BlockTask<Case, Block>, one: Case) {
  const entries = Object.entries(task.mistakes).map(([mistake, block]) => [
    mistake,
    outputs(task, one, buildBlock(task, block, one)),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** The block on an input of the case's shape, as a network. */
export function buildBlock<Case extends BlockCase, Block>(
  task: BlockTask<Case, Block>,
  block: Block,
  one: Case,
): tf.LayersModel {
  const input = tf.input({ shape: one.inputShape });
  const output = attempt(task.name, () => task.apply(block, input, one));
  if (!(output instanceof tf.SymbolicTensor)) throw new Wrong(notSymbolic(output, task.input(one)));
  return attempt(task.name, () => tf.model({ inputs: input, outputs: output }));
}

/** The network's numbers for the case's input and weights. Disposes the network, and leaves no tensor behind. */
function outputs<Case extends BlockCase, Block>(
  task: BlockTask<Case, Block>,
  one: Case,
  model: tf.LayersModel,
): unknown {
  try {
    checkLayers(model, one, task.input(one));
    return tf.tidy(() => {
      for (const { name, weights } of one.layers) setWeights(model.getLayer(name), weights);
      return (model.predict(tensorOf(one.x, one.inputShape)) as tf.Tensor).arraySync();
    });
  } finally {
    model.dispose();
  }
}

function tensorOf(examples: readonly number[][], shape: readonly number[]): tf.Tensor {
  return tf.tensor(examples.flat(), [examples.length, ...shape]);
}

function setWeights(layer: tf.layers.Layer, weights: readonly number[][]): void {
  layer.setWeights(layer.getWeights().map(({ shape }, i) => tf.tensor(weights[i], shape)));
}

function notSymbolic(output: unknown, input: string) {
  const isTensor = output instanceof tf.Tensor;
  const cause = isTensor
    ? 'numbers were computed; layers are only put together here: layer.apply(x)'
    : output === undefined
      ? 'the function does not return its result'
      : undefined;
  return {
    summary: `expected the output as a symbolic tensor, got ${String(output).split('\n')[0]}`,
    input,
    cause,
  };
}
