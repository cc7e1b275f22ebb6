import type { TrainingData } from './batches';
import type { Callback } from './callbacks';
import { checkCount } from './check';

export const WHERE = 'train.fit';

export interface FitOptions {
  /** Passes over the training set, or rounds of `stepsPerEpoch` steps; default 1. */
  epochs?: number;
  /** Examples in a batch; default the data set's own, and 32 for tensors. */
  batchSize?: number;
  /** Another order in each pass; default true, and what a folder of pictures was opened with. */
  shuffle?: boolean;
  /** Draws the order of the examples; default the data set's own, and 0 for tensors. */
  seed?: number;
  /** Examples to evaluate with after each epoch; tensors in batches of `batchSize`, data sets in their own. */
  validation?: TrainingData;
  /**
   * Steps that count as an epoch; default one pass. Each epoch goes on where the last one stood, into the next pass,
   * as with Keras' generators.
   */
  stepsPerEpoch?: number;
  callbacks?: readonly Callback[];
  /**
   * Train in onnxruntime, as `train.compile` does. `auto`, the default, tries it after four eager steps and goes on with
   * it unless it is slower: on a CPU, for trainings of 50 steps or more, whose layers, loss, metrics and optimizer are
   * tfjs's or convlab's own, and whose layers give at most 2²⁵ numbers for a batch. Those whose layers give more it
   * compiles at once on WASM, where eager steps may not fit into the 4 GB of memory, and elsewhere not at all.
   */
  compile?: boolean | 'auto';
  /** `auto`, the default: in place in a notebook, one line an epoch elsewhere. */
  progress?: 'auto' | 'none';
}

/** Refuses counts that are not whole numbers from 1. */
export function checkOptions({ epochs = 1, batchSize = 1, stepsPerEpoch = 1 }: FitOptions): void {
  checkCount(WHERE, 'epochs', epochs);
  checkCount(WHERE, 'batchSize', batchSize);
  checkCount(WHERE, 'stepsPerEpoch', stepsPerEpoch);
}
