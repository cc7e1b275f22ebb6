import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import type { CompiledForward } from './compiled';
import { freeMemory, MemoryError, memoryNeeded } from './memory';
import { seriesOf, type Batches } from './series';

export interface PredictOptions {
  /** Examples that go through the model at once; default 32. */
  batchSize?: number;
  /** Is told what the pass needs, before it starts. Default `console.log`. */
  log?: (line: string) => void;
  /** Bytes that may be used; default what is free. */
  available?: number;
  /**
   * Whether the forward pass is compiled, as a graph that onnxruntime runs. By default it is with the third batch of
   * one shape that the model predicts with the same weights, or at once where a batch takes more than 5·10¹⁰
   * multiply-adds; on a CPU, where all layers are tfjs's or convlab's own. `true` compiles at once and in any case,
   * `false` does not.
   */
  compile?: boolean;
}

/**
 * `model.predict` that says before it starts how much memory it needs, and does not start where it would be killed.
 * A GPU's memory is not looked at: TensorFlow throws an error of its own where it is too small.
 *
 * Who predicts often gets a compiled forward pass (see {@link PredictOptions.compile}), whose results are the same up
 * to the rounding of floats. It is made anew for other weights and other shapes, and what cannot be compiled is
 * predicted eagerly, as a line says. A last, smaller batch is predicted eagerly too.
 *
 * @param x [examples, …the model's input]; stays the caller's
 * @returns the model's output, which the caller disposes of
 * @throws InputError when x is not what the model takes
 * @throws MemoryError when less is free than is needed
 *
 * @example
 * const scores = await models.predict(model, pictures, { batchSize: 64 });
 */
export async function predict(
  model: tf.LayersModel,
  x: tf.Tensor,
  { batchSize = 32, log = console.log, available = freeMemory(), compile }: PredictOptions = {},
): Promise<tf.Tensor> {
  checkInput(model, x);
  const batches = { x, size: Math.min(batchSize, x.shape[0]) };
  const eager = memoryNeeded(model, batches.size);
  const isWanted = seriesOf(model, batches).isToCompile(model, batches, compile);
  const compiles = isWanted && (compile === true || eager.compiled.bytes <= available);
  const need = compiles ? eager.compiled : eager;
  if (need.bytes > available) throw new MemoryError(need, available);
  log(need.toString());
  // The engine computes without a pause: what was said has to get out before.
  await new Promise((resolve) => setImmediate(resolve));
  const predictions = await predictBatches(model, batches, { compile, compiles, log });
  const odd = notFinite(predictions);
  if (odd > 0)
    log(
      `${odd} of ${x.shape[0]} predictions of ${model.name} are no finite numbers: see whether x and the weights are`,
    );
  return predictions;
}

interface Way {
  /** What was asked for. */
  readonly compile: boolean | undefined;
  /** Whether it is to be done now. */
  readonly compiles: boolean;
  readonly log: (line: string) => void;
}

/** Predict by the compiled forward pass, if there is one that works. */
async function predictBatches(
  model: tf.LayersModel,
  batches: Batches,
  { compile, compiles, log }: Way,
): Promise<tf.Tensor> {
  const series = seriesOf(model, batches);
  const { reason } = series;
  if (compiles) series.compile(model, batches);
  if (compile !== false && series.forward !== undefined) {
    try {
      return await predictCompiled(model, batches, series.forward);
    } catch (error) {
      series.fail(error);
    }
  }
  if (series.reason !== reason) log(`${model.name} is predicted eagerly: ${series.reason}`);
  series.count(batches);
  return model.predict(batches.x, { batchSize: batches.size }) as tf.Tensor;
}

/** The full batches by onnxruntime, and what is left eagerly: before, so that it has the same weights. */
async function predictCompiled(
  model: tf.LayersModel,
  { x, size }: Batches,
  forward: CompiledForward,
): Promise<tf.Tensor> {
  const left = x.shape[0] % size;
  if (left === 0) return forward.run(x, x.shape[0]);
  const full = x.shape[0] - left;
  const last = tf.tidy(() => model.predict(x.slice(full), { batchSize: size }) as tf.Tensor);
  try {
    const first = await forward.run(x, full);
    const all = tf.concat([first, last]);
    first.dispose();
    return all;
  } finally {
    last.dispose();
  }
}

/** How many examples have a NaN or an infinite value. */
function notFinite(y: tf.Tensor): number {
  return tf.tidy(() => {
    const finite = tf.isFinite(y.reshape([y.shape[0], -1])).all(1);
    return y.shape[0] - finite.sum().dataSync()[0];
  });
}

function checkInput(model: tf.LayersModel, x: tf.Tensor): void {
  const wanted = model.inputs[0].shape.slice(1);
  const fits = wanted.every((size, i) => size === null || size === x.shape[i + 1]);
  if (x.rank === wanted.length + 1 && fits && x.shape[0] > 0) return;
  throw new InputError(
    'models.predict',
    `x of shape [examples, ${wanted.map((size) => size ?? '?').join(', ')}] for ${model.name}, at least one`,
    `[${x.shape.join(', ')}]`,
  );
}
