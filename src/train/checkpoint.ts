import { tf } from '../engine/index';
import { checkMonitor, isBetter, type Callback } from './callbacks';

export interface CheckpointOptions {
  /** What to judge an epoch by, default `valLoss`; of accuracies the highest is best, else the lowest. */
  monitor?: string;
  /** Give the model its best weights back when training ends, default true. */
  restoreBest?: boolean;
  /** Called after each epoch that is better than all before, to keep the model elsewhere. */
  save?: (model: tf.LayersModel) => Promise<unknown>;
}

/**
 * Keeps the weights of the best epoch, as Keras' `ModelCheckpoint` with `save_best_only`.
 * To keep them in a file: `checkpoint({ save: (model) => weights.saveKeras(model, 'best.keras') })`.
 */
export function checkpoint({
  monitor = 'valLoss',
  restoreBest = true,
  save,
}: CheckpointOptions = {}): Callback {
  let best: number | undefined;
  let weights: Float32Array[] = [];
  return {
    onTrainBegin(run) {
      checkMonitor('train.checkpoint', monitor, run);
      best = undefined;
      weights = [];
    },
    async onEpochEnd(_, logs, { model }) {
      if (best !== undefined && !isBetter(monitor, logs[monitor], best)) return;
      best = logs[monitor];
      if (restoreBest) weights = await readWeights(model);
      await save?.(model);
    },
    onTrainEnd({ model }) {
      if (restoreBest && weights.length > 0) writeWeights(model, weights);
    },
  };
}

/** The weights' values, in memory of their own. */
async function readWeights(model: tf.LayersModel): Promise<Float32Array[]> {
  const values = await Promise.all(model.getWeights().map((weight) => weight.data<'float32'>()));
  // The CPU backend hands out its own arrays.
  return values.map((value) => value.slice());
}

function writeWeights(model: tf.LayersModel, values: readonly Float32Array[]): void {
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(values[i], shape))));
}
