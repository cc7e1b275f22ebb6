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
