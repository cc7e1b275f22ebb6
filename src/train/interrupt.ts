import type { EventEmitter } from 'node:events';
import { tf } from '../engine/index';

/** Where the kernel tells of interrupts; absent outside a notebook. */
const interrupts = (globalThis as Record<symbol, unknown>)[Symbol.for('convlab.interrupts')] as
  EventEmitter | undefined;

const training = new Set<tf.LayersModel>();

/**
 * Lets a notebook's interrupt stop `model.fit` and `model.fitDataset`: the cell stops waiting by itself, the training
 * behind it ends after the batch in hand, and the model stays usable. Keras does the same on KeyboardInterrupt.
 */
export function stopTrainingOnInterrupt(): void {
  if (!interrupts) return;
  followTraining('fit');
  followTraining('fitDataset');
  interrupts.on('interrupt', () => {
    for (const model of training) model.stopTraining = true;
  });
}

type Fit = (this: tf.LayersModel, ...args: unknown[]) => Promise<tf.History>;

function followTraining(method: 'fit' | 'fitDataset'): void {
  const prototype = tf.LayersModel.prototype as unknown as Record<typeof method, Fit>;
  const original = prototype[method];
  prototype[method] = async function (...args) {
    training.add(this);
    try {
      return await original.apply(this, args);
    } finally {
      training.delete(this);
    }
  };
}
