import { $display, type MimeBundle } from '../plot/display';
import { history as plotHistory } from '../plot/history';

/**
 * Means over the examples, by name: `loss`, each metric of `compile` (`accuracy`, where Keras' and tfjs's shorter `acc`
 * is meant too), and the same of the validation set with `val` before it: `valLoss`, `valAccuracy` (Keras: `val_loss`).
 */
export interface Logs {
  readonly loss: number;
  /** There where the model was compiled with `metrics: ['accuracy']`. */
  readonly accuracy: number;
  readonly [name: string]: number;
}

/** What a training was asked to do. */
export interface TrainingParams {
  epochs: number;
  batchSize: number;
  stepsPerEpoch: number;
  /** Examples in the training set. */
  size: number;
}

/** What happened in a training, epoch by epoch. As the last value of a cell it shows itself as a figure. */
export class History {
  /** One number for each completed epoch, under the names of {@link Logs}. */
  readonly metrics: Readonly<Record<string, number[]>> = {};
  /** How long each completed epoch took, its validation included. */
  readonly seconds: number[] = [];
  /** Why the training ended before its last epoch. */
  stoppedBy?: string;

  constructor(readonly params: Readonly<TrainingParams>) {}

  /** Completed epochs. */
  get epochs(): number {
    return this.seconds.length;
  }

  record(logs: Logs, seconds: number): void {
    const metrics = this.metrics as Record<string, number[]>;
    for (const [name, value] of Object.entries(logs)) (metrics[name] ??= []).push(value);
    this.seconds.push(seconds);
  }

  toString(): string {
    if (this.epochs === 0) return 'no epoch completed';
    const last = Object.entries(this.metrics).map(([name, values]) => `${name} ${values.at(-1)!.toFixed(4)}`);
    return `${this.epochs} ${this.epochs === 1 ? 'epoch' : 'epochs'}: ${last.join(', ')}`;
  }

  [$display](): MimeBundle {
    const text = { 'text/plain': this.toString() };
    return this.epochs === 0 ? text : { ...plotHistory(this)[$display](), ...text };
  }
}
