import { tf } from '../engine/index';
import { functionalModel, traceStep, type TrainingStep } from '../graph/index';
import { checkModel } from './check';
import type { Logs } from './history';
import { metricNames, namedLogs, trainStep } from './step';

/**
 * Compiles a model's training step: the first batch is watched and written down as a graph (forward pass, gradients,
 * batch norm's averages), which onnxruntime runs from then on, with the optimizer's update in one pass beside it.
 * It trains as `model.trainOnBatch` does, to the rounding of floats, on any engine.
 *
 * The weights live in onnxruntime's memory between steps: {@link CompiledTraining.writeBack} gives them to the model.
 * Weights that were assigned, a learning rate that was set, and `model.compile` count from the next step on. Batches of
 * another shape, such as a smaller last one, are traced when they first come. A step that cannot be traced is done
 * eagerly; {@link CompiledTraining.reason} says why.
 *
 * @throws InputError for a model without optimizer, or with more than one input or output
 *
 * @example
 * const training = train.compile(model);
 * for (const { x, y } of batches) console.log(await training.trainOnBatch(x, y)); // { loss: 2.31, accuracy: 0.09 } …
 * await training.dispose(); // the model has the trained weights
 */
export function compile(model: tf.LayersModel): CompiledTraining {
  checkModel('train.compile', model);
  return new CompiledTraining(model);
}

/** What `model.compile` replaces: a step is traced for these. */
interface Target {
  readonly optimizer: tf.Optimizer;
  /** The weights that were trainable when the model was compiled. */
  readonly trained: readonly unknown[];
}

interface Traced {
  readonly target: Target;
  readonly step: TrainingStep;
}

/** The training of one model in onnxruntime. */
export class CompiledTraining {
  readonly #model: tf.LayersModel;
  #traced: Traced | undefined;
  #reason: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(model: tf.LayersModel) {
    this.#model = model;
  }

  /** Why steps are done eagerly, where they are. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * One step of the optimizer. Steps that are asked for while one runs wait for it.
   *
   * @param x examples [batch, …]
   * @param y their labels, as the model's loss takes them
   * @returns the batch's loss and metrics from before the update
   */
  async trainOnBatch(x: tf.Tensor, y: tf.Tensor): Promise<Logs> {
    return namedLogs(metricNames(this.#model), await this.step({ x, y }));
  }

  /** As {@link CompiledTraining.trainOnBatch}: the numbers of `metricNames`, in their order. */
  step(batch: { x: tf.Tensor; y: tf.Tensor }): Promise<number[]> {
    const turn = this.#last.then(() => this.#step(batch));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Gives the weights, the optimizer's moments and batch norm's averages to the model; training can go on after it. */
  writeBack(): void {
    this.#traced?.step.writeBack();
  }

  /** Gives the weights to the model, after the step in hand, and frees onnxruntime's memory. */
  async dispose(): Promise<void> {
    await this.#last;
    await this.#forget();
  }

  async #step(batch: { x: tf.Tensor; y: tf.Tensor }): Promise<number[]> {
    if (this.#reason === undefined) {
      try {
        return await this.#compiledStep(batch);
      } catch (error) {
        // What is wrong with the batch, and not with the graph, the eager step will say too.
        await this.#forget();
        this.#reason = firstSentence(error);
      }
    }
    return trainStep(this.#model, batch);
  }

  async #compiledStep({ x, y }: { x: tf.Tensor; y: tf.Tensor }): Promise<number[]> {
    const target = targetOf(this.#model);
    if (this.#traced && !isSame(this.#traced.target, target)) await this.#forget();
    this.#traced ??= { target, step: await traceStep(this.#model, [x, y]) };
    return Object.values(await this.#traced.step.run([x, y]));
  }

  async #forget(): Promise<void> {
    const step = this.#traced?.step;
    this.#traced = undefined;
    step?.writeBack();
    await step?.dispose();
  }
}

function targetOf(model: tf.LayersModel): Target {
  const { optimizer, collectedTrainableWeights } = functionalModel(model) as unknown as {
    optimizer: tf.Optimizer;
    collectedTrainableWeights: readonly unknown[];
  };
  return { optimizer, trained: collectedTrainableWeights };
}

function isSame(a: Target, b: Target): boolean {
  return a.optimizer === b.optimizer && a.trained === b.trained;
}

/** An error's message without the advice that follows. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/(?<=\.)\s|\n/, 1)[0];
}
