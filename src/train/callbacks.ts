import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';
import type { History, Logs } from './history';

/** A training in progress, as callbacks see it. */
export interface Run {
  readonly model: tf.LayersModel;
  /** The epoch in hand, from 0. */
  readonly epoch: number;
  readonly history: History;
  /** The names that an epoch's logs have. */
  readonly metricNames: readonly string[];
  /** The optimizer's; can be set. */
  learningRate: number;
  /** Ends the training: called in `onEpochEnd` at once, else after this batch, the validation and `onEpochEnd`. */
  stop(reason?: string): void;
}

type Awaitable = Promise<void> | void;

/** Told of what happens in a training; promises are waited for. */
export interface Callback {
  onTrainBegin?(run: Run): Awaitable;
  /** @param epoch from 0 */
  onEpochBegin?(epoch: number, run: Run): Awaitable;
  /**
   * @param step steps since training began, this one included
   * @param logs of this batch alone
   */
  onBatchEnd?(step: number, logs: Logs, run: Run): Awaitable;
  /**
   * @param epoch from 0
   * @param logs of the epoch and its validation
   */
  onEpochEnd?(epoch: number, logs: Logs, run: Run): Awaitable;
  /**
   * Set where `onBatchEnd` looks at its logs alone: training in onnxruntime then need not give the weights to the model
   * after each step.
   */
  readonly logsOnly?: boolean;
  /** Not after an error or an interrupt, as in Keras. */
  onTrainEnd?(run: Run): Awaitable;
}

/** Refuses to watch a value that no epoch will have. */
export function checkMonitor(where: string, monitor: string, run: Run): void {
  if (run.metricNames.includes(monitor)) return;
  const hint = monitor.startsWith('val')
    ? 'Pass `validation` to train.fit.'
    : "Compile the model with metrics: ['accuracy'].";
  throw new InputError(where, `one of ${run.metricNames.join(', ')} to watch`, monitor, hint);
}

/** More accuracy, precision and recall is better, and less of everything else. */
export function isBetter(monitor: string, value: number, than: number, by = 0): boolean {
  return /accuracy|precision|recall/i.test(monitor) ? value > than + by : value < than - by;
}

/** Ends the training after the first epoch whose training accuracy is above `threshold`, such as 0.998. */
export function stopAtAccuracy(threshold: number): Callback {
  return stopAt('train.stopAtAccuracy', 'accuracy', threshold, 'above');
}

/** Ends the training after the first epoch whose training loss is below `threshold`. */
export function stopAtLoss(threshold: number): Callback {
  return stopAt('train.stopAtLoss', 'loss', threshold, 'below');
}

function stopAt(where: string, monitor: string, threshold: number, side: 'above' | 'below'): Callback {
  if (!Number.isFinite(threshold)) throw new InputError(where, 'a finite threshold', String(threshold));
  return {
    onTrainBegin: (run) => checkMonitor(where, monitor, run),
    onEpochEnd(_, logs, run) {
      const value = logs[monitor];
      const reached = side === 'above' ? value > threshold : value < threshold;
      if (reached) run.stop(`${monitor} ${Number(value.toPrecision(6))} is ${side} ${threshold}`);
    },
  };
}

/** Prints a line every so many steps: `step 100, loss 0.098323`, the loss of that batch. */
export function logEvery(steps: number): Callback {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InputError('train.logEvery', 'a whole number of steps from 1', String(steps));
  }
  return {
    logsOnly: true,
    onBatchEnd(step, logs) {
      if (step % steps === 0) console.log(`step ${step}, loss ${logs.loss.toFixed(6)}`);
    },
  };
}
