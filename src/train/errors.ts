import type { History } from './history';

/** Training that did not come to its end. The model keeps the weights of its last step and can be trained again. */
export class TrainingError extends Error {
  override readonly name: string = 'TrainingError';

  constructor(
    message: string,
    /** The epochs that were completed. */
    readonly history: History,
  ) {
    super(message);
  }
}

/** The loss is no longer a finite number, and so are the weights. */
export class DivergedError extends TrainingError {
  override readonly name = 'DivergedError';

  constructor(
    history: History,
    readonly loss: number,
    /** From 0. */
    readonly epoch: number,
    /** Steps since training began, this one included. */
    readonly step: number,
    learningRate: number,
  ) {
    super(
      `train.fit: the loss became ${loss} in epoch ${epoch + 1}, step ${step}. ` +
        `Build the model anew and take a learning rate below ${learningRate}; ` +
        'see too that the inputs are small finite numbers, such as pixels divided by 255.',
      history,
    );
  }
}

/** What engines say when an array does not fit into memory: JavaScript, WebAssembly, TensorFlow and onnxruntime. */
const NO_MEMORY =
  /array (buffer )?(allocation failed|length)|memory access out of bounds|out of memory|\bOOM\b|bad_alloc|allocate memory/i;

/** A step needs more memory than there is. */
export class TrainingMemoryError extends TrainingError {
  override readonly name = 'TrainingMemoryError';

  constructor(history: History, step: number, options: ErrorOptions) {
    const { batchSize } = history.params;
    super(
      `train.fit: a batch of ${batchSize} does not fit into the engine's memory (step ${step}). ` +
        'Take a smaller batchSize, smaller pictures or fewer units; restart the kernel before.',
      history,
    );
    this.cause = options.cause;
  }

  /** The error as one of memory if it is one; else as it came. */
  static of(error: unknown, history: History, step: number): unknown {
    const isMemory = error instanceof Error && NO_MEMORY.test(error.message);
    return isMemory ? new TrainingMemoryError(history, step, { cause: error }) : error;
  }
}

/** The user interrupted the cell. */
export class TrainingInterruptedError extends TrainingError {
  override readonly name = 'TrainingInterruptedError';

  constructor(history: History) {
    super(`train.fit: interrupted after ${history.epochs} of ${history.params.epochs} epochs.`, history);
  }
}

/** The user interrupted the cell while a model was evaluated. */
export class EvaluationInterruptedError extends Error {
  override readonly name = 'EvaluationInterruptedError';

  constructor() {
    super('train.evaluate: interrupted.');
  }
}
