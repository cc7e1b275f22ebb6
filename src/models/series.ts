import { info, tf } from '../engine/index';
import { functionalModel } from '../graph/index';
import { areOwn } from '../layers/index';
import { CompiledForward } from './compiled';
import { multiplyAdds } from './multiply-adds';

/** Compiling takes about as long as some batches. */
const COMPILED_FROM = 3;
/** Multiply-adds of a batch that takes much longer than compiling. */
const LARGE = 5e10;

/** Examples to predict, so many at once. */
export interface Batches {
  readonly x: tf.Tensor;
  readonly size: number;
}

/** Batches of one shape that a model predicts with the same weights, as long as no others come between. */
export class Series {
  #batches = 0;
  #forward: CompiledForward | undefined;
  #reason: string | undefined;

  /**
   * @param key what tells these batches from others
   * @param last the model's series before; what cannot be compiled is not tried again
   */
  constructor(
    readonly key: readonly unknown[],
    last?: Series,
  ) {
    this.#reason = last?.reason;
  }

  /** The forward pass in onnxruntime, once it is compiled. */
  get forward(): CompiledForward | undefined {
    return this.#forward;
  }

  /** Why there cannot be one. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * Whether the forward pass is to be compiled for these batches. Unless something else is wanted it is so with the
   * third batch of a series, and at once where batches are large; of a model of which is known that it depends on its
   * weights and x alone.
   */
  isToCompile(model: tf.LayersModel, batches: Batches, wanted: boolean | undefined): boolean {
    if (this.#forward !== undefined || this.#reason !== undefined) return false;
    const isLong = this.#batches + fullBatches(batches) >= COMPILED_FROM;
    return wanted ?? ((isLong || batches.size * multiplyAdds(model) >= LARGE) && mayCompile(model));
  }

  /** Compile the forward pass, or tell the reason why it cannot be. */
  compile(model: tf.LayersModel, { x, size }: Batches): void {
    // Another call may have done it meanwhile.
    if (this.#forward !== undefined || this.#reason !== undefined) return;
    const example = x.shape[0] === size ? x : x.slice(0, size);
    try {
      this.#forward = new CompiledForward(model, example);
    } catch (error) {
      this.fail(error);
    } finally {
      if (example !== x) example.dispose();
    }
  }

  /** Do without a compiled forward pass from now on. */
  fail(error: unknown): void {
    this.close();
    this.#reason = error instanceof Error ? error.message : String(error);
  }

  /** Batches were predicted eagerly. */
  count(batches: Batches): void {
    this.#batches += fullBatches(batches);
  }

  /** Free onnxruntime's memory, once it is no more in use. */
  close(): void {
    void this.#forward?.close();
    this.#forward = undefined;
  }
}

function fullBatches({ x, size }: Batches): number {
  return Math.floor(x.shape[0] / size);
}

/** On a GPU, TensorFlow is faster. A class of the user's may read a variable that changes, which nobody would notice. */
function mayCompile(model: tf.LayersModel): boolean {
  return info().gpu === null && !model.stateful && areOwn([model]);
}

const lastSeries = new WeakMap<tf.LayersModel, Series>();

/** The series that batches belong to: the model's last one, or a new one. Weights that are assigned get new data. */
export function seriesOf(model: tf.LayersModel, { x, size }: Batches): Series {
  const weights = model.weights.map((weight) => weight.read().dataId);
  const key = [functionalModel(model), x.dtype, size, ...x.shape.slice(1), ...weights];
  const last = lastSeries.get(model);
  if (last?.key.length === key.length && key.every((part, i) => part === last.key[i])) return last;
  if (last === undefined) closeWith(model);
  last?.close();
  const series = new Series(key, last);
  lastSeries.set(model, series);
  return series;
}

/** Free what belongs to a model when it is disposed of. */
function closeWith(model: tf.LayersModel): void {
  const dispose = model.dispose.bind(model);
  model.dispose = () => {
    lastSeries.get(model)?.close();
    lastSeries.delete(model);
    model.dispose = dispose;
    return dispose();
  };
}
