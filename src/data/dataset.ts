import type { tf } from '../engine/index';
import type { DataSource } from './sources/folders';

/** A few examples at once. Whoever takes a batch disposes of both tensors. */
export interface Batch {
  /** Float inputs, [examples, …inputShape]. */
  x: tf.Tensor;
  /** Labels in the data set's {@link LabelMode}. */
  y: tf.Tensor;
}

/**
 * How labels stand in a batch, as in Keras' `image_dataset_from_directory`: `int` is [examples] of class numbers
 * for `sparseCategoricalCrossentropy`, `categorical` is [examples, classes] one-hot, `binary` is [examples, 1] of 0 and 1.
 */
export type LabelMode = 'int' | 'categorical' | 'binary';

export interface BatchOptions {
  /** Examples in a batch, the last one may hold fewer; default the data set's own. */
  batchSize?: number;
  /** Another order in each pass, drawn from `seed` and `pass`. */
  shuffle?: boolean;
  seed?: number;
  /** How many passes went before, from 0: with the same seed, pass 3 is always in the same order. */
  pass?: number;
}

/** Labelled examples to train on and to evaluate with. */
export interface Dataset {
  /** How many examples. */
  readonly size: number;
  /** The shape of one example, without the batch's axis. */
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly labelMode: LabelMode;
  readonly batchSize: number;
  /** Whether training takes another order in each pass when nothing else is said; default true, as in Keras' `fit`. */
  readonly shuffle?: boolean;
  /** Published, another valid file, or our generator. */
  readonly source: DataSource;
  /** One pass over all examples. */
  batches(options?: BatchOptions): AsyncIterable<Batch>;
}
