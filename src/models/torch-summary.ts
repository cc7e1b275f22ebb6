import { InputError } from '../basics/errors';
import { tf } from '../engine/index';

/** PyTorch's modules for the layers of a plain stack. */
const MODULES: Readonly<Record<string, string>> = {
  Conv2D: 'Conv2d',
  MaxPooling2D: 'MaxPool2d',
  AveragePooling2D: 'AvgPool2d',
  Dropout: 'Dropout',
  Flatten: 'Flatten',
  Dense: 'Linear',
};

/** PyTorch's modules for the activations inside of layers. Softmax has none: `CrossEntropyLoss` brings its own. */
const ACTIVATIONS: Readonly<Record<string, string | undefined>> = {
  relu: 'ReLU',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  softmax: undefined,
  linear: undefined,
};

interface Module {
  name: string;
  /** Channels first. */
  shape: readonly number[];
  parameters: number;
}

const WHERE = 'models.torchSummary';
const BYTES = 4;

/**
 * What `torchsummary.summary(model, input_size)` prints for the same network in PyTorch: shapes with the channels
 * first, activations as modules of their own, no softmax at the end. "Forward/backward pass" counts every module's
 * output twice, at 4 bytes a number.
 *
 * @throws InputError for a layer that is none of a plain stack of convolutions, poolings and dense layers
 */
export function torchSummary(model: tf.LayersModel): string {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const modules = layers.flatMap(modulesOf);
  const rows = modules.map(({ name, shape, parameters }, i) =>
    row(`${name}-${i + 1}`, `[${[-1, ...shape].join(', ')}]`, grouped(parameters)),
  );
  const [thin, thick] = ['-'.repeat(64), '='.repeat(64)];
  const head = [thin, row('Layer (type)', 'Output Shape', 'Param #'), thick];
  return [...head, ...rows, thick, ...counts(model), thin, ...sizes(model, modules), thin].join('\n');
}

function counts(model: tf.LayersModel): string[] {
  const trainable = numbersIn(model.trainableWeights);
  const frozen = numbersIn(model.nonTrainableWeights);
  return [
    `Total params: ${grouped(trainable + frozen)}`,
    `Trainable params: ${grouped(trainable)}`,
    `Non-trainable params: ${grouped(frozen)}`,
  ];
}

function sizes(model: tf.LayersModel, modules: readonly Module[]): string[] {
  const input = megabytes(tf.util.sizeFromShape(exampleShape(model.inputs[0].shape)));
  const passes = megabytes(2 * numbersIn(modules));
  const weights = megabytes(numbersIn(model.weights));
  return [
    `Input size (MB): ${input.toFixed(2)}`,
    `Forward/backward pass size (MB): ${passes.toFixed(2)}`,
    `Params size (MB): ${weights.toFixed(2)}`,
    `Estimated Total Size (MB): ${(input + passes + weights).toFixed(2)}`,
  ];
}

function numbersIn(tensors: readonly { shape: readonly (number | null)[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

/** A layer, and its activation as a module after it. */
function modulesOf(layer: tf.layers.Layer): Module[] {
  const type = layer.getClassName();
  const shape = channelsFirst(exampleShape(layer.outputShape as (number | null)[]));
  const { activation } = layer.getConfig() as { activation?: string };
  const after = activation === undefined ? undefined : activationOf(activation);
  const modules = after === undefined ? [] : [{ name: after, shape, parameters: 0 }];
  if (type === 'Activation') return modules;
  if (!(type in MODULES)) {
    const known = [...Object.keys(MODULES), 'Activation'].join(', ');
    throw new InputError(
      WHERE,
      `layers of the kinds ${known}`,
      `${type} (${layer.name})`,
      'Take models.summary.',
    );
  }
  return [{ name: MODULES[type], shape, parameters: layer.countParams() }, ...modules];
}

function activationOf(activation: string): string | undefined {
  if (activation in ACTIVATIONS) return ACTIVATIONS[activation];
  throw new InputError(WHERE, `activations ${Object.keys(ACTIVATIONS).join(', ')}`, activation);
}

function exampleShape(shape: readonly (number | null)[]): number[] {
  return shape.slice(1).map((size) => size ?? 1);
}

function channelsFirst(shape: number[]): number[] {
  return [shape.at(-1)!, ...shape.slice(0, -1)];
}

function megabytes(numbers: number): number {
  return (numbers * BYTES) / 1024 ** 2;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function row(...[name, shape, parameters]: [string, string, string]): string {
  return `${name.padStart(20)}  ${shape.padStart(25)} ${parameters.padStart(15)}`;
}
