import { tf } from '../engine/index';

type Loss = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
  getClassName(): string;
}

/** What tfjs-layers' models have and do not declare. */
interface Compiled {
  loss: string | string[] | Record<string, string> | Loss;
  outputs: tf.SymbolicTensor[];
  outputNames: string[];
  lossFunctions: Loss[];
  metricsTensors: [metric: Loss, output: number][];
  makeTrainFunction: (this: Compiled) => StepFunction;
  makeTestFunction: (this: Compiled) => void;
  testFunction: StepFunction;
}

type StepFunction = (batch: tf.Tensor[]) => tf.Tensor[];

/** A layer that gives an output by an activation. */
type OutputLayer = tf.layers.Layer & { activation?: Activation };

/** An output whose loss is taken from what its activation is applied to. */
interface FromLogits {
  output: number;
  layer: OutputLayer;
  activation: Activation;
  loss: Loss;
}

/** By the activation and the loss that belong together. */
const LOSSES: Readonly<Record<string, Readonly<Record<string, Loss | undefined>> | undefined>> = {
  softmax: {
    categoricalCrossentropy: softmaxCrossEntropy,
    sparseCategoricalCrossentropy: (target, logits) => {
      const classes = logits.shape[logits.rank - 1];
      const labels = tf.oneHot(tf.cast(tf.floor(tf.reshape(target, [-1])), 'int32'), classes);
      return softmaxCrossEntropy(tf.reshape(labels, logits.shape), logits);
    },
  },
  sigmoid: {
    binaryCrossentropy: (target, logits) =>
      tf.mean(tf.losses.sigmoidCrossEntropy(target, logits, undefined, 0, tf.Reduction.NONE), -1),
  },
};

function softmaxCrossEntropy(target: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return tf.losses.softmaxCrossEntropy(target, logits, undefined, 0, tf.Reduction.NONE);
}

/**
 * Runs `step`, which computes a model's loss, with the cross-entropy of softmax and sigmoid outputs taken from their
 * logits, as Keras takes it (`keras/src/backend/tensorflow/nn.py`, `_get_logits`). tfjs takes it from the
 * probabilities, cut at 1e-7: an example that a network is quite wrong about has no gradient there, and a network that
 * is quite wrong about all of them never learns again.
 *
 * Outputs that are not given by a layer's own activation, and losses that were given as functions, stay as they are.
 *
 * @param step must end its work with the model before it returns
 */
export function withLogits<T>(model: tf.LayersModel, step: () => T): T {
  const compiled = model as unknown as Compiled;
  const outputs = fromLogits(compiled);
  if (outputs.length === 0) return step();
  const { lossFunctions, metricsTensors } = compiled;
  compiled.lossFunctions = lossFunctions.map(
    (loss, i) => outputs.find(({ output }) => output === i)?.loss ?? loss,
  );
  compiled.metricsTensors = metricsTensors.map(([metric, i]) => {
    const activation = outputs.find(({ output }) => output === i)?.activation;
    return [activation ? (y, logits) => metric(y, activation.apply(logits)) : metric, i];
  });
  for (const { layer } of outputs) layer.activation = linear();
  try {
    return step();
  } finally {
    for (const { layer, activation } of outputs) layer.activation = activation;
    Object.assign(compiled, { lossFunctions, metricsTensors });
  }
}

function fromLogits({ loss, outputs, outputNames }: Compiled): FromLogits[] {
  return outputs.flatMap(({ sourceLayer }, output) => {
    const layer = sourceLayer as OutputLayer;
    const { activation } = layer;
    const name = Array.isArray(loss)
      ? loss[output]
      : typeof loss === 'object'
        ? loss[outputNames[output]]
        : loss;
    if (!activation || typeof name !== 'string' || layer.inboundNodes.length !== 1) return [];
    const fitting = LOSSES[activation.getClassName()]?.[name];
    return fitting ? [{ output, layer, activation, loss: fitting }] : [];
  });
}

function linear(): Activation {
  const [Linear] = tf.serialization.SerializationMap.getMap().classNameMap.linear;
  return new (Linear as unknown as new () => Activation)();
}

/** In tfjs's own `fit`, `trainOnBatch` and `evaluate`, too. */
function install(prototype: Compiled): void {
  const { makeTrainFunction, makeTestFunction } = prototype;
  prototype.makeTrainFunction = function () {
    const step = makeTrainFunction.call(this);
    return (batch) => withLogits(this as unknown as tf.LayersModel, () => step(batch));
  };
  prototype.makeTestFunction = function () {
    makeTestFunction.call(this);
    const step = this.testFunction;
    this.testFunction = (batch) => withLogits(this as unknown as tf.LayersModel, () => step(batch));
  };
}

install(tf.LayersModel.prototype as unknown as Compiled);
