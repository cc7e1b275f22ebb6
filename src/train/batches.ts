import { uniforms } from '../basics/seeded';
import type { Batch, BatchOptions, Dataset } from '../data/dataset';
import { tf } from '../engine/index';

/** Examples as two tensors with the same first axis. They stay the caller's. */
export interface Tensors {
  x: tf.Tensor;
  y: tf.Tensor;
}

/** What training and evaluation take. */
export type TrainingData = Dataset | Tensors;

/** The part of a data set that the loop needs. */
export type Examples = Pick<Dataset, 'size' | 'inputShape' | 'batchSize' | 'batches'>;

export function isTensors(data: TrainingData): data is Tensors {
  return 'x' in data && 'y' in data;
}

/** Keras' default for arrays. */
const BATCH_SIZE = 32;

/** Tensors as examples; in another order in each pass unless told otherwise, as Keras shuffles arrays. */
export function tensorExamples(tensors: Tensors): Examples {
  const { x } = tensors;
  return {
    size: x.shape[0],
    inputShape: exampleShape(x),
    batchSize: BATCH_SIZE,
    batches: (options) => ({
      [Symbol.asyncIterator]: () => {
        const batches = cut(tensors, options);
        return { next: () => Promise.resolve(batches.next()) };
      },
    }),
  };
}

/** The shape of one example; single numbers count as [1]. */
export function exampleShape({ shape }: tf.Tensor): number[] {
  return shape.length === 1 ? [1] : shape.slice(1);
}

function* cut({ x, y }: Tensors, options: BatchOptions = {}): Generator<Batch, undefined> {
  const { batchSize = BATCH_SIZE, shuffle = true, seed = 0, pass = 0 } = options;
  const [size] = x.shape;
  const order = shuffle ? permutation(size, seed, pass) : range(size);
  for (let start = 0; start < size; start += batchSize) {
    // For batches in order too: on the WASM engine `slice` copies the whole tensor first.
    yield tf.tidy(() => {
      const indices = tf.tensor1d(order.subarray(start, start + batchSize), 'int32');
      return { x: tf.gather(x, indices), y: tf.gather(y, indices) };
    });
  }
}

/** 0 … size − 1 in an order that depends on the seed and the pass alone (Fisher–Yates). */
export function permutation(size: number, seed: number, pass: number): Int32Array {
  const uniform = uniforms(Math.imul(seed, 0x9e3779b1) + pass);
  const order = range(size);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function range(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => i);
}

export interface StreamOptions {
  order: Omit<BatchOptions, 'pass'>;
  /** How many batches will be asked for in all, default as many as come. */
  limit?: number;
  /** Looks at each batch of the first pass, and throws if it does not fit. */
  check?: (batch: Batch) => void;
}

/**
 * Batches one after another, pass after pass. The next one is asked for before the last one is handed out, so that it
 * is made while that one trains. The stream owns its batches: each lives until the next is asked for.
 */
export class BatchStream {
  private iterator: AsyncIterator<Batch, unknown> | undefined;
  private coming: Promise<IteratorResult<Batch, unknown>> | undefined;
  private current: Batch | undefined;
  private pass = -1;
  private taken = 0;
  private isClosed = false;

  constructor(
    private readonly examples: Examples,
    private readonly options: StreamOptions,
  ) {}

  /** The next batch, floats of at least two axes; undefined at the end of a pass, after which the next pass begins. */
  async next(): Promise<Batch | undefined> {
    this.release();
    this.iterator ??= this.begin();
    const result = await (this.coming ?? this.iterator.next());
    this.coming = undefined;
    if (result.done) {
      this.iterator = undefined;
      return undefined;
    }
    this.taken++;
    this.current = result.value;
    // An interrupt does not wait for data that are on their way.
    if (this.isClosed) {
      this.release();
      return undefined;
    }
    if (this.pass === 0) this.options.check?.(this.current);
    this.prefetch();
    return (this.current = asInputs(this.current));
  }

  /** Gives back every tensor, and ends the pass in the data set too. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.release();
    const { coming, iterator } = this;
    this.coming = this.iterator = undefined;
    const unused = coming?.catch(() => undefined);
    await iterator?.return?.();
    const result = await unused;
    if (result && !result.done) disposeBatch(result.value);
  }

  private begin(): AsyncIterator<Batch, unknown> {
    this.pass++;
    return this.examples.batches({ ...this.options.order, pass: this.pass })[Symbol.asyncIterator]();
  }

  private prefetch(): void {
    if (this.taken >= (this.options.limit ?? Infinity)) return;
    this.coming = this.iterator!.next();
    // Whoever asks next is told; until then nobody has handled it.
    this.coming.catch(() => undefined);
  }

  private release(): void {
    disposeBatch(this.current);
    this.current = undefined;
  }
}

/** The batch as tfjs's layers and losses want it: floats, [examples] as [examples, 1]. */
function asInputs(batch: Batch): Batch {
  const inputs = tf.tidy(() => ({ x: asInput(batch.x), y: asInput(batch.y) }));
  if (inputs.x !== batch.x) batch.x.dispose();
  if (inputs.y !== batch.y) batch.y.dispose();
  return inputs;
}

function asInput(tensor: tf.Tensor): tf.Tensor {
  const floats = tensor.dtype === 'float32' ? tensor : tensor.cast('float32');
  return floats.rank === 1 ? floats.expandDims(1) : floats;
}

function disposeBatch(batch: Batch | undefined): void {
  if (batch) tf.dispose([batch.x, batch.y]);
}
