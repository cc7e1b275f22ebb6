import type { tf } from '../../engine/index';
import { History, type Callback, type Logs, type Run } from '../../train/index';
import { attempt } from '../attempt';
import { Wrong } from '../errors';
import { expectedCases, type CaseSet } from '../expected';

/** A training as its callback sees it: one number for each epoch. */
export interface Played {
  accuracy: number[];
  loss: number[];
  threshold: number;
}

interface Case extends Played {
  /** The epoch, from 0, after which it must end; null: it must not end before its last epoch. */
  stopsAfter: number | null;
}

/** A training of `epochs` epochs that is only played. */
class PlayedRun implements Run {
  readonly history: History;
  readonly metricNames = ['loss', 'accuracy'];
  epoch = 0;
  learningRate = 0.001;
  isStopped = false;

  constructor(epochs: number) {
    this.history = new History({ epochs, batchSize: 32, stepsPerEpoch: 1, size: 32 });
  }

  get model(): tf.LayersModel {
    throw new Wrong({ summary: 'expected the callback to look at the logs only, and it asks for the model' });
  }

  stop(): void {
    this.isStopped = true;
  }
}

type EpochEnd = NonNullable<Callback['onEpochEnd']>;

/** True when the callback ends the training at once. */
function stops(onEpochEnd: EpochEnd, epoch: number, logs: Logs, run: PlayedRun): boolean {
  run.epoch = epoch;
  run.history.record(logs, 1);
  const result: unknown = attempt('onEpochEnd', () => onEpochEnd(epoch, logs, run));
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new Wrong({ summary: 'expected an ordinary function onEpochEnd, and it is async' });
  }
  return run.isStopped;
}

function play(onEpochEnd: EpochEnd, { accuracy, loss }: Played): number | null {
  const run = new PlayedRun(accuracy.length);
  const epoch = accuracy.findIndex((value, i) =>
    stops(onEpochEnd, i, { accuracy: value, loss: loss[i] }, run),
  );
  return epoch < 0 ? null : epoch;
}

/** Tells by single epochs what the callback looks at. */
function causeOf(onEpochEnd: EpochEnd, threshold: number): string {
  const probe = (logs: Record<string, number>, epoch = 0) =>
    stops(onEpochEnd, epoch, { loss: 0.05, ...logs } as Logs, new PlayedRun(20));
  const [low, high] = [probe({ accuracy: 0.1 }), probe({ accuracy: 0.99999 })];
  if (low && high) return 'it ends the training whatever the accuracy is';
  if (low) return `the comparison is turned round: it ends the training while the accuracy is low`;
  if (!high) return neverStops(probe, threshold);
  const own = ownThreshold((accuracy) => probe({ accuracy }));
  if (Math.abs(own - threshold) > 1e-6) {
    return `it ends the training above ${Number(own.toFixed(6))}, not above ${threshold}`;
  }
  return 'it looks at something beside the accuracy, such as the loss or the number of the epoch';
}

type Probe = (logs: Record<string, number>, epoch?: number) => boolean;

function neverStops(probe: Probe, threshold: number): string {
  const [wrong] = ['acc', 'valAccuracy', 'val_accuracy', 'val_acc'].filter((name) =>
    probe({ accuracy: 0.1, [name]: 0.99999 }),
  );
  if (wrong) return `it looks at logs.${wrong}; the training accuracy is logs.accuracy`;
  if (probe({ accuracy: 99.999 })) {
    return `the accuracy is a share from 0 to 1: compare it with ${threshold}, not with ${100 * threshold}`;
  }
  if (probe({ accuracy: 0.99999, loss: 0 })) return 'it looks at the loss; the accuracy is logs.accuracy';
  const epochs = Array.from({ length: 50 }, (_, epoch) => epoch);
  if (epochs.some((epoch) => probe({ accuracy: 0.99999 }, epoch)))
    return 'it looks at the number of the epoch';
  return 'it never calls run.stop';
}

/** Where the callback begins to end the training, to 1e-9. */
function ownThreshold(isAbove: (accuracy: number) => boolean): number {
  let [low, high] = [0.1, 0.99999];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (isAbove(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function told(epoch: number | null): string {
  return epoch === null ? 'to go on to the last epoch' : `to be ended after epoch ${epoch + 1}`;
}

/** What a callback did elsewhere, in place of the callback. */
export class PlayedCallback {
  /**
   * @param stops after which epoch it ended each training
   * @param cause finds what it looks at, where that is not the accuracy above the threshold
   */
  constructor(
    readonly stops: readonly (number | null)[],
    readonly cause: () => string,
  ) {}
}

/** Plays the trainings of `cases` with a callback. */
export function playCallback(actual: unknown, cases: readonly Played[]): PlayedCallback {
  const callback = (actual ?? {}) as Callback;
  if (typeof callback.onEpochEnd !== 'function') {
    throw new Wrong({ summary: `expected an object with a function onEpochEnd, got ${String(actual)}` });
  }
  const epochEnd: EpochEnd = (...args) => callback.onEpochEnd!(...args);
  const stops = cases.map((one) => play(epochEnd, one));
  return new PlayedCallback(stops, () => causeOf(epochEnd, cases[0].threshold));
}

/** The callback that ends a training once its accuracy is above a threshold, tried with trainings that are played. */
export function callbackCheck(file: string) {
  return (actual: unknown, set: CaseSet): string => {
    const cases = expectedCases(file, set) as Case[];
    const { stops, cause } = actual instanceof PlayedCallback ? actual : playCallback(actual, cases);
    for (const [i, one] of cases.entries()) {
      if (stops[i] === one.stopsAfter) continue;
      throw new Wrong({
        summary: `expected the training ${told(one.stopsAfter)}; your callback wants it ${told(stops[i])}`,
        input: `an accuracy of ${one.accuracy.join(', ')}`,
        cause: cause(),
      });
    }
    return `${cases.length} trainings end when they should`;
  };
}
