import { tf } from '../engine/index';
import { GraphError } from './errors';

/** A scalar to minimise, computed from a batch, with the optimizer that does it. */
export interface LossFunction {
  loss: (...batch: tf.Tensor[]) => tf.Scalar;
  optimizer: tf.Optimizer;
  /** What to train. Default: every trainable variable. */
  variables?: tf.Variable[];
}

/** What a training step trains: a compiled model with its own loss, metrics and optimizer, or a loss function. */
export type Trainable = tf.LayersModel | LossFunction;

/** One training step, to be run eagerly. */
export interface EagerStep {
  readonly optimizer: tf.Optimizer;
  /** Names of the batch's tensors: inputs, then targets. */
  readonly batchNames: (count: number) => string[];
  /** Names of what a step gives: `loss`, then metrics. */
  readonly resultNames: readonly string[];
  /** Run the step; the tensors it gives belong to the caller. */
  readonly run: (batch: tf.Tensor[]) => tf.Tensor[];
}

/** What tfjs-layers' models have and do not declare. */
interface ModelInternals {
  optimizer_?: tf.Optimizer;
  /** Of a sequential model, the one that trains. */
  model?: tf.LayersModel;
  makeTrainFunction(): (batch: tf.Tensor[]) => tf.Tensor[];
}

/**
 * @throws GraphError for a model that is not compiled
 */
export function eagerStep(trainable: Trainable): EagerStep {
  return trainable instanceof tf.LayersModel ? stepOfModel(trainable) : stepOfLoss(trainable);
}

function stepOfLoss({ loss, optimizer, variables }: LossFunction): EagerStep {
  return {
    optimizer,
    batchNames: (count) => Array.from({ length: count }, (_, i) => `batch_${i}`),
    resultNames: ['loss'],
    run: (batch) => [optimizer.minimize(() => loss(...batch), true, variables)!],
  };
}

/** The model that knows its inputs and outputs by name: of a sequential one, the model behind it. */
export function functionalModel(model: tf.LayersModel): tf.LayersModel {
  if (model instanceof tf.Sequential && !model.built) model.build();
  return (model as unknown as ModelInternals).model ?? model;
}

function stepOfModel(model: tf.LayersModel): EagerStep {
  const inner = functionalModel(model) as unknown as ModelInternals & tf.LayersModel;
  const optimizer = (inner as ModelInternals).optimizer_;
  if (optimizer === undefined) {
    throw new GraphError(
      `The model ${model.name} is not compiled. Call model.compile({ optimizer, loss }) first.`,
    );
  }
  const names = [...inner.inputNames, ...inner.outputNames.map((name) => `${name}_target`)];
  return {
    optimizer,
    batchNames: (count) => {
      if (count === names.length) return names;
      throw new GraphError(`A batch of ${model.name} is [${names.join(', ')}], got ${count} tensors.`);
    },
    resultNames: inner.metricsNames,
    // As trainOnBatch does, but without reading the results.
    run: (batch) => inner.makeTrainFunction()(batch),
  };
}

interface Slot {
  originalName: string;
  variable: tf.Variable;
}

/**
 * The optimizer's own variables by readable names: `conv1/kernel/m` for what belongs to a variable, `nameOf` being that
 * variable's name by the one that tfjs gave it, and `optimizer/accBeta1`.
 */
export function slotNames(
  optimizer: tf.Optimizer,
  nameOf: (name: string) => string,
): Map<tf.Variable, string> {
  const names = new Map<tf.Variable, string>();
  for (const [key, value] of Object.entries(optimizer) as [string, unknown][]) {
    if (value instanceof tf.Variable) names.set(value as tf.Variable, `optimizer/${key}`);
    if (!Array.isArray(value)) continue;
    for (const slot of value as (Partial<Slot> | null)[]) {
      if (!slot?.variable || slot.originalName === undefined) continue;
      const end = slot.originalName.lastIndexOf('/');
      names.set(slot.variable, nameOf(slot.originalName.slice(0, end)) + slot.originalName.slice(end));
    }
  }
  return names;
}
