import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';
import { checkMonitor, isBetter, type Callback } from './callbacks';

/** Every optimizer of tfjs keeps its rate in this field, which its types hide. */
interface Rated {
  learningRate?: number;
  setLearningRate?(rate: number): void;
}

/** @throws InputError for an optimizer that is not one of tfjs's */
export function learningRateOf(optimizer: tf.Optimizer): number {
  const { learningRate } = optimizer as unknown as Rated;
  if (learningRate !== undefined) return learningRate;
  throw new InputError('run.learningRate', 'an optimizer of tf.train', optimizer.getClassName());
}

/** @throws InputError for a rate that is not above 0 */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new InputError('run.learningRate', 'a finite rate above 0', String(rate));
  }
  learningRateOf(optimizer);
  const rated = optimizer as unknown as Rated;
  // SGD and momentum hold a tensor beside the number.
  if (rated.setLearningRate) rated.setLearningRate(rate);
  else rated.learningRate = rate;
}

export interface ReduceLearningRateOptions {
  /** What should improve, default `valLoss`; accuracies should rise, everything else fall. */
  monitor?: string;
  /** What the rate is multiplied by, above 0 and below 1; default 0.1. */
  factor?: number;
  /** Epochs without improvement to wait for, default 10. */
  patience?: number;
  /** The rate goes no lower, default 0. */
  minimum?: number;
}

/** An improvement by less is none: Keras' `min_delta`. */
const MINIMUM_IMPROVEMENT = 1e-4;

/**
 * Lowers the learning rate where training no longer gets better, as Keras' `ReduceLROnPlateau`.
 *
 * @throws InputError for options out of range
 */
export function reduceLearningRate(options: ReduceLearningRateOptions = {}): Callback {
  const { monitor = 'valLoss', factor = 0.1, patience = 10, minimum = 0 } = options;
  checkOptions(factor, patience, minimum);
  let best: number | undefined;
  let waited = 0;
  return {
    onTrainBegin(run) {
      checkMonitor('train.reduceLearningRate', monitor, run);
      best = undefined;
      waited = 0;
    },
    onEpochEnd(_, logs, run) {
      if (best === undefined || isBetter(monitor, logs[monitor], best, MINIMUM_IMPROVEMENT)) {
        best = logs[monitor];
        waited = 0;
      } else if (++waited >= patience) {
        if (run.learningRate > minimum) run.learningRate = Math.max(run.learningRate * factor, minimum);
        waited = 0;
      }
    },
  };
}

function checkOptions(factor: number, patience: number, minimum: number): void {
  const where = 'train.reduceLearningRate';
  if (!(factor > 0 && factor < 1))
    throw new InputError(where, 'a factor above 0 and below 1', String(factor));
  if (!Number.isInteger(patience) || patience < 0) {
    throw new InputError(where, 'a patience in whole epochs', String(patience));
  }
  if (!(minimum >= 0)) throw new InputError(where, 'a minimum of 0 or more', String(minimum));
}
