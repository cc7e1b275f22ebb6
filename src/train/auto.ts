import { tf } from '../engine/index';
import { areOwn, isOwn } from '../layers/index';

/** Tracing costs as much as some ten steps save, for each size of batch. */
const FEWEST_STEPS = 50;

/**
 * The most elements that a layer may give for a batch. With larger ones most time goes into convolutions of large
 * pictures, in which TensorFlow is faster, and a graph's tensors would take memory beside the engine's own.
 */
const MOST_ELEMENTS = 2 ** 25;

const ownFunctions = new Set<unknown>([...Object.values(tf.losses), ...Object.values(tf.metrics)]);

/** How a training begins: with eager steps, with some of them to be compared with compiled ones, or with compiled ones. */
export type Beginning = 'eager' | 'trial' | 'compiled';

/**
 * How a training begins where the user leaves it open. A trial wants one that is long enough to pay for the tracing, on the
 * CPU, of layers that are not huge, and of nothing but tfjs's and convlab's own layers, losses, metrics and optimizers. A
 * class or a function of the user's may read a variable that changes, which a trace would not notice. On WASM huge layers
 * are compiled at once: eager steps may not fit into its 4 GB, and onnxruntime's memory lies beside them.
 *
 * @param params `steps` of the whole training, and examples in a step
 */
export function beginning(
  model: tf.LayersModel,
  { steps, batchSize }: { steps: number; batchSize: number },
): Beginning {
  const { isUsingGpuDevice = false } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (isUsingGpuDevice || !isOfOwnClasses(model)) return 'eager';
  const isHuge = batchSize * largest(model.layers) > MOST_ELEMENTS;
  if (isHuge) return tf.getBackend() === 'wasm' ? 'compiled' : 'eager';
  return steps >= FEWEST_STEPS ? 'trial' : 'eager';
}

/** Elements that the largest of the layers gives for one example. */
export function largest(layers: readonly tf.layers.Layer[]): number {
  const sizes = layers.map((layer) => {
    if (layer instanceof tf.LayersModel) return largest(layer.layers);
    const outputs = layer.inboundNodes.flatMap(({ outputTensors }) => outputTensors);
    return Math.max(
      0,
      ...outputs.map(({ shape }) => tf.util.sizeFromShape(shape.map((length) => length ?? 1))),
    );
  });
  return Math.max(...sizes);
}

function isOfOwnClasses(model: tf.LayersModel): boolean {
  const { loss, metrics, optimizer } = model;
  const given = [loss, metrics as unknown].flatMap(each);
  const isNamed = given.every((one) => typeof one === 'string' || ownFunctions.has(one));
  return isNamed && isOwn(optimizer) && areOwn(model.layers);
}

/** Those that are given by themselves, in a list, or by the names of outputs. */
function each(given: unknown): unknown[] {
  if (given === undefined || given === null) return [];
  return typeof given === 'object' ? Object.values(given).flatMap(each) : [given];
}
