import { tf } from '../engine/index';
import { GraphInputError } from './errors';
import { describe, newData, sizeOf, type Data, type Graph, type Value } from './ir';
import { nameGraph, type NamedGraph } from './names';
import { hasSplitTransposes } from './passes/transposes';
import { encode } from './proto/encode';
import { NO_TENSOR, ortTensor, Session, type Feeds } from './session';
import { States } from './states';
import { graphOfStep, type Counted } from './step-graph';
import { eagerStep, type EagerStep, type Trainable } from './trainable';
import { updateOf } from './updates';

/** A batch: a tensor, or its elements in an array, for each input and target. */
export type Batch = readonly (tf.Tensor | Data)[];

/** A step for batches of certain shapes. */
interface Compiled {
  readonly named: NamedGraph;
  readonly session: Session;
  /** Where a step writes the loss and the metrics, by the names in the graph. */
  readonly results: Feeds;
  /** The variables whose gradients the graph gives; none where it trains them itself. */
  readonly trained: readonly tf.Variable[];
  /** The learning rate in the graph, where it trains them itself. */
  readonly rate: number | undefined;
}

/**
 * Write down all that one training step of a model, or of a loss function, computes for an example batch (forward pass,
 * gradients, moving averages) as one graph, which then trains in onnxruntime. tfjs goes through the step without computing
 * anything, so that no variable changes.
 *
 * SGD, momentum, RMSprop and Adam change the weights beside the graph, in one pass over memory, with the learning rate
 * that they have at the time. Other optimizers are part of the graph, which is traced again for another learning rate.
 * Dropout draws a new mask in every step, except where it has a seed: tfjs then draws the same one every time, and so
 * does the graph.
 *
 * @param trainable a compiled model, or `{ loss, optimizer }`
 * @param example inputs, then targets, of the shapes to train with: [x, y] for most models
 * @throws TraceError when the step fails on the example or reads a tensor's values
 * @throws UnsupportedKernelError for a kernel that has no form in ONNX
 * @throws GraphError for a model that is not compiled
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
 * const step = await graph.traceStep(model, [x, y]);
 * for (const [x, y] of batches) console.log(await step.run([x, y])); // { loss: 2.31, acc: 0.09 } …
 * step.writeBack(); // the model has the trained weights
 * await step.dispose();
 */
export async function traceStep(trainable: Trainable, example: readonly tf.Tensor[]): Promise<TrainingStep> {
  const eager = eagerStep(trainable);
  return new TrainingStep(eager, await compile(eager, example));
}

async function compile(eager: EagerStep, example: readonly tf.Tensor[]): Promise<Compiled> {
  const { graph, trained } = graphOfStep(eager, [...example]);
  const update = updateOf(eager.optimizer);
  trained.forEach((variable, i) => update?.slots(i, variable));
  const named = nameGraph(graph);
  const keepsTransposes = hasSplitTransposes(graph);
  const model = encode(named, { name: 'training_step', before: NO_TENSOR });
  const session = await Session.open(model, { keepsTransposes });
  return { named, session, results: await resultsOf(named), trained, rate: tracedRate(eager) };
}

async function resultsOf({ graph, values }: NamedGraph): Promise<Feeds> {
  const tensors = graph.outputs.map(async ({ value }) => {
    const { shape, dtype } = value;
    return [values.get(value)!, await ortTensor(newData(dtype, sizeOf(shape)), shape, dtype)] as const;
  });
  return Object.fromEntries(await Promise.all(tensors));
}

function tracedRate({ optimizer }: EagerStep): number | undefined {
  return updateOf(optimizer) ? undefined : (optimizer as unknown as { learningRate?: number }).learningRate;
}

/** A training step that runs in onnxruntime and keeps the weights there. */
export class TrainingStep {
  readonly #eager: EagerStep;
  readonly #compiled: Compiled[];
  readonly #states = new States();
  #last: Promise<unknown> = Promise.resolve();
  #unwritten = 0;

  constructor(eager: EagerStep, first: Compiled) {
    this.#eager = eager;
    this.#compiled = [first];
  }

  /** The step as a graph, for batches of the example's shapes. */
  get graph(): Graph {
    return this.#compiled[0].named.graph;
  }

  /**
   * Train on one batch: the loss, and the metrics that the model was compiled with, from before the update.
   * Steps that are asked for while one runs wait for it. Tensors of other shapes than the example's, as those of a
   * smaller last batch, are traced when they first come, and share the weights.
   *
   * @throws GraphInputError when there are more or fewer tensors, or arrays whose shapes no batch had before
   */
  run(batch: Batch): Promise<Record<string, number>> {
    const turn = this.#last.then(() => this.#step(batch));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Give the trained values to the model's and the optimizer's variables; training can go on after it. */
  writeBack(): void {
    if (this.#unwritten === 0) return;
    this.#states.writeBack();
    const counted = this.#eager.optimizer as unknown as Counted;
    counted.iterations_ = (counted.iterations_ ?? 0) + this.#unwritten;
    this.#unwritten = 0;
  }

  /** Take the variables' values, and forget steps that were not written back. Variables that were assigned since, as by
   * loading weights, are taken without it. */
  reload(): void {
    this.#states.clear();
    this.#unwritten = 0;
  }

  /** Free onnxruntime's memory. The step cannot run any more; values not written back are lost. */
  async dispose(): Promise<void> {
    await this.#last;
    this.#states.clear();
    for (const { session } of this.#compiled.splice(0)) await session.close();
  }

  async #step(batch: Batch): Promise<Record<string, number>> {
    const { named, session, results, trained } = await this.#compiledFor(batch);
    const { inputs, outputs, states } = named.graph;
    const fed = inputs.map(async ({ name, shape, dtype }, i) => {
      const given = batch[i];
      const data = given instanceof tf.Tensor ? ((await given.data()) as Data) : given;
      return [name!, await ortTensor(data, shape, dtype)] as const;
    });
    const feeds: Feeds = Object.fromEntries(await Promise.all(fed));
    const update = updateOf(this.#eager.optimizer);
    if (update) this.#states.reserve(update, trained);
    await this.#states.arrange(states);
    if (update) await this.#states.arrangeSlots(update, trained);
    const into = { ...results, ...this.#states.targets(states) };
    await session.fill({ ...feeds, ...this.#states.feeds(states) }, into);
    // At once, so that whoever writes back meanwhile finds a whole step or none.
    this.#states.advance(states);
    if (update) this.#states.update(update, states);
    this.#unwritten++;
    const numberOf = (value: Value): number => Number(results[named.values.get(value)!].data[0]);
    return Object.fromEntries(outputs.map(({ name, value }) => [name, numberOf(value)]));
  }

  async #compiledFor(batch: Batch): Promise<Compiled> {
    const now = tracedRate(this.#eager);
    const fits = this.#compiled.find(({ named, rate }) => rate === now && isFor(named.graph.inputs, batch));
    if (fits !== undefined) return fits;
    const { inputs } = this.graph;
    const tensors = batch.filter((each) => each instanceof tf.Tensor);
    if (batch.length !== inputs.length || tensors.length < batch.length) throw misfit(inputs, batch);
    // Tracing assigns the variables, so that they are read again.
    this.writeBack();
    const compiled = await compile(this.#eager, tensors);
    this.#compiled.push(compiled);
    return compiled;
  }
}

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  int64: BigInt64Array,
} as const;

function isFor(inputs: readonly Value[], batch: Batch): boolean {
  return inputs.length === batch.length && inputs.every((value, i) => isOf(value, batch[i]));
}

function isOf({ dtype, shape }: Value, given: Batch[number]): boolean {
  if (given instanceof tf.Tensor) return given.dtype === dtype && given.shape.join() === shape.join();
  return given.constructor === arrays[dtype] && given.length === sizeOf(shape);
}

function misfit(inputs: readonly Value[], batch: Batch): GraphInputError {
  const wanted = inputs.map((value) => `${value.name} ${describe(value)}`).join(', ');
  const got = batch.map((each) =>
    each instanceof tf.Tensor
      ? `${each.dtype} [${each.shape.join(', ')}]`
      : `${each.constructor.name} of ${each.length}`,
  );
  return new GraphInputError(
    `Expected a batch of ${wanted}, got ${got.join(', ')}. Arrays must have shapes that a batch of tensors had before.`,
  );
}
