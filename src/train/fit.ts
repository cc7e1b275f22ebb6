import type { tf } from '../engine/index';
import type { TrainingData } from './batches';
import { checkData, checkModel } from './check';
import type { History } from './history';
import { checkOptions, WHERE, type FitOptions } from './options';
import { Training } from './training';

const histories = new WeakMap<tf.LayersModel, History>();

/** The history of the model's last {@link fit}, also of one that an error or an interrupt ended. */
export function lastHistory(model: tf.LayersModel): History | undefined {
  return histories.get(model);
}

/**
 * Trains a compiled model with one input and one output, batch by batch.
 *
 * The order of the examples depends on `seed` alone. With a model whose weights are seeded (`models.lenet5({ seed: 1 })`)
 * the same call gives the same history each time on the same engine. Dropout draws from its own layer's seed. Where
 * onnxruntime is about as fast as the engine, times decide which of them trains, and the last digits with it: say
 * `compile: true` or `false` then.
 *
 * @param data a data set, or `{ x, y }` as tensors; labels may be int32
 * @returns one number an epoch for `loss`, for each metric, and the same of the validation set: means over the epoch's
 *   examples, each batch measured before it was learned, as Keras does
 * @throws InputError when an option is out of range, the model is not compiled, or the data do not fit it
 * @throws DivergedError when the loss becomes NaN or infinite
 * @throws TrainingMemoryError when a step needs more memory than there is
 * @throws TrainingInterruptedError on the notebook's interrupt, after the batch in hand, or with the weights from
 *   before it where it is in onnxruntime. The model stays usable, and {@link lastHistory} has the epochs that were
 *   completed
 */
export async function fit(
  model: tf.LayersModel,
  data: TrainingData,
  options: FitOptions = {},
): Promise<History> {
  checkOptions(options);
  checkModel(WHERE, model);
  checkData(WHERE, 'the training set', model, data);
  if (options.validation) checkData(WHERE, 'the validation set', model, options.validation);
  const training = new Training(model, data, options);
  histories.set(model, training.history);
  return training.run();
}
