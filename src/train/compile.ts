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

/** What a step is traced for; `model.compile` replaces it, and `layer.trainable` changes it. */
interface Target {
  readonly optimizer: tf.Optimizer;
  /** The weights that were trainable when the model was compiled: a list of its own for each time. */
  readonly weights: readonly { read(): tf.Variable }[];
  /** Those that still are. */
  readonly trained: readonly tf.Variable[];
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
  #isAbandoned = false;

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
    if (!this.#isAbandoned) this.#traced?.step.writeBack();
  }

  /** Gives the weights to the model, after the step in hand, and frees onnxruntime's memory. */
  async dispose(): Promise<void> {
    await this.#last;
    await this.#forget();
  }

  /** Gives the weights of the last whole step to the model at once. A step in hand comes to nothing. */
  abandon(): void {
    this.writeBack();
    this.#isAbandoned = true;
  }

  async #step(batch: { x: tf.Tensor; y: tf.Tensor }): Promise<number[]> {
    if (this.#reason === undefined) {
      try {
        return await this.#compiledStep(batch);
      } catch (error) {
        // What is wrong with the batch, and not with the graph, the eager step will say too.
        await this.#forget();
        if (this.#isAbandoned) throw error;
        this.#reason = firstSentence(error);
      }
    }
    return trainStep(this.#model, batch);
  }

  async #compiledStep({ x, y }: { x: tf.Tensor; y: tf.Tensor }): Promise<number[]> {
    const target = targetOf(this.#model);
    if (this.#traced && !isSame(this.#traced.target, target)) await this.#forget();
    this.#traced ??= { target, step: await traceStep(this.#model, [x, y]) };
    const results = await this.#traced.step.run([x, y]);
    return functionalModel(this.#model).metricsNames.map((name) => results[name]);
  }

  async #forget(): Promise<void> {
    const step = this.#traced?.step;
    this.writeBack();
    this.#traced = undefined;
    await step?.dispose();
  }
}

function targetOf(model: tf.LayersModel): Target {
  const { optimizer, collectedTrainableWeights: weights } = functionalModel(model) as unknown as {
    optimizer: tf.Optimizer;
    collectedTrainableWeights: Target['weights'];
  };
  const trained = weights.map((weight) => weight.read()).filter(({ trainable }) => trainable);
  return { optimizer, weights, trained };
}

function isSame(a: Target, b: Target): boolean {
  const { optimizer, weights, trained } = b;
  const isSameModel = a.optimizer === optimizer && a.weights === weights;
  return (
    isSameModel && a.trained.length === trained.length && a.trained.every((each, i) => each === trained[i])
  );
}

/** An error's message without the advice that follows. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/(?<=\.)\s|\n/, 1)[0];
}
