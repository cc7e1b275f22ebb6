import { InputError } from '../basics/errors';
import type { Dataset, LabelMode } from '../data/dataset';
import { tf } from '../engine/index';
import { largest } from './auto';
import { exampleShape, isTensors, type TrainingData } from './batches';

/** The labels that tfjs's losses are made for. */
const LABELS: Readonly<Record<string, LabelMode>> = {
  sparseCategoricalCrossentropy: 'int',
  categoricalCrossentropy: 'categorical',
  binaryCrossentropy: 'binary',
};

const shown = (shape: readonly (number | null)[]): string => `[${shape.map((n) => n ?? '?').join(', ')}]`;

/** Refuses models that the loop cannot train. */
export function checkModel(where: string, model: tf.LayersModel): void {
  const { inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    const received = `${inputs.length} inputs and ${outputs.length} outputs`;
    throw new InputError(where, 'a model with one input and one output', received, 'Take model.fitDataset.');
  }
  if ((model.optimizer as tf.Optimizer | undefined) && typeof model.loss !== 'undefined') return;
  const hint = "Call model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' }) first.";
  throw new InputError(where, 'a compiled model', 'one without optimizer and loss', hint);
}

/** Refuses examples whose shape or labels are not what the model and its loss take. */
export function checkData(where: string, name: string, model: tf.LayersModel, data: TrainingData): void {
  if (isTensors(data)) checkTensors(where, name, data);
  else checkDataset(where, name, model, data);
  const inputShape = isTensors(data) ? exampleShape(data.x) : data.inputShape;
  const wanted = model.inputs[0].shape.slice(1);
  if (!fits(inputShape, wanted)) {
    throw new InputError(
      where,
      `${name} of examples ${shown(wanted)}`,
      shown(inputShape),
      'See model.summary().',
    );
  }
  if (isTensors(data)) checkLabels(where, name, model, data.y);
}

function checkTensors(where: string, name: string, { x, y }: { x: tf.Tensor; y: tf.Tensor }): void {
  if (x.rank === 0 || y.rank === 0 || x.shape[0] !== y.shape[0] || x.shape[0] === 0) {
    const received = `x ${shown(x.shape)} and y ${shown(y.shape)}`;
    throw new InputError(where, `as many x as y in ${name}, at least one`, received);
  }
}

function checkDataset(where: string, name: string, model: tf.LayersModel, data: Dataset): void {
  if (data.size === 0) throw new InputError(where, `examples in ${name}`, 'none');
  const labels = lossLabels(model);
  if (labels !== undefined && labels !== data.labelMode) {
    const hint = `The loss ${lossName(model)} takes '${labels}' labels.`;
    throw new InputError(where, `${name} with '${labels}' labels`, `'${data.labelMode}'`, hint);
  }
  const units = model.outputs[0].shape.at(-1);
  const wanted = data.labelMode === 'binary' ? 1 : data.classNames.length;
  if (labels !== undefined && units != null && units !== wanted && !(labels === 'int' && units > wanted)) {
    const hint = `Give the model's last layer ${wanted} ${wanted === 1 ? 'unit' : 'units'}.`;
    throw new InputError(where, `a model with an output for each class in ${name}`, `${units}`, hint);
  }
}

/** Refuses labels of another shape than the loss takes, or outside of what it is defined for. */
export function checkLabels(where: string, name: string, model: tf.LayersModel, y: tf.Tensor): void {
  const output = model.outputs[0].shape.slice(1);
  const labels = lossLabels(model);
  const wanted = labels === 'int' ? [...output.slice(0, -1), 1] : output;
  if (typeof model.loss === 'string' && !fits(exampleShape(y), wanted)) {
    const expected = `labels of shape ${shown(wanted)} in ${name} for the loss ${model.loss}`;
    throw new InputError(where, expected, shown(exampleShape(y)), labelHint(labels));
  }
  if (labels === undefined) return;
  const most = labels === 'int' ? (output.at(-1) ?? Infinity) - 1 : 1;
  const whole = labels === 'int';
  for (const label of y.dataSync()) {
    if (label >= 0 && label <= most && (!whole || Number.isInteger(label))) continue;
    const expected = `${whole ? 'whole labels' : 'labels'} from 0 to ${most} in ${name} for the loss ${lossName(model)}`;
    throw new InputError(
      where,
      expected,
      String(label),
      'Another number would be learned as no class at all.',
    );
  }
}

function labelHint(labels: LabelMode | undefined): string {
  if (labels === 'categorical') return "Take tf.oneHot(labels, classes), or 'sparseCategoricalCrossentropy'.";
  if (labels === 'int') return "Take class numbers, or 'categoricalCrossentropy' for one-hot labels.";
  return '';
}

/** Of one of tfjs's losses; others are functions. */
function lossName(model: tf.LayersModel): string | undefined {
  return typeof model.loss === 'string' ? model.loss : undefined;
}

function lossLabels(model: tf.LayersModel): LabelMode | undefined {
  return LABELS[lossName(model) ?? ''];
}

function fits(shape: readonly number[], wanted: readonly (number | null)[]): boolean {
  return shape.length === wanted.length && wanted.every((n, i) => n === null || n === shape[i]);
}

/**
 * Refuses batches for which a layer gives more numbers than an engine can hold in one array. WebAssembly has 4 GB in all,
 * and is in disorder once it was asked for more.
 */
export function checkSize(where: string, model: tf.LayersModel, batchSize: number): void {
  const most = tf.getBackend() === 'wasm' ? 2 ** 29 : 2 ** 32;
  const numbers = batchSize * largest(model.layers);
  if (numbers <= most) return;
  const [limit, received] = [most, numbers].map((count) => count.toLocaleString('en-US'));
  const hint = 'Take a smaller batchSize, or smaller pictures.';
  const expected = `layers that give at most ${limit} numbers for a batch of ${batchSize}`;
  throw new InputError(where, expected, `one that gives ${received}`, hint);
}

/** Refuses a number of something that is not a whole number from 1. */
export function checkCount(where: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new InputError(where, `${name} to be a whole number from 1`, String(value));
}
