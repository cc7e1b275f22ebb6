import { tf } from '../engine/index';
import {
  describe,
  encode,
  flatten,
  GraphInputError,
  graphOf,
  layoutOf,
  nameGraph,
  ortTensor,
  Session,
  textOf,
  unflatten,
  type FunctionGraph,
  type Graph,
  type NamedGraph,
  type Node,
  type Tensors,
  type Value,
} from '../graph/index';
import { saveGraph } from './write';

/** A function of tensors as a graph of ONNX operators. As the last value of a cell it shows itself as text. */
export class TracedFunction<In extends Tensors = Tensors, Out extends Tensors = Tensors> {
  readonly #traced: FunctionGraph;
  readonly #named: NamedGraph;
  #session: Promise<Session> | undefined;

  constructor(traced: FunctionGraph) {
    this.#traced = traced;
    this.#named = nameGraph(traced.graph);
  }

  /** The operators, in an order in which they can run. */
  get nodes(): readonly Node[] {
    return this.graph.nodes;
  }

  get graph(): Graph {
    return this.#traced.graph;
  }

  /**
   * Compute the function in onnxruntime. The inputs have the shapes and types of the example; the results are new
   * tensors, put together as the function's.
   *
   * @throws GraphInputError when the inputs do not fit
   */
  async run(inputs: In): Promise<Out> {
    const tensors = this.#check(inputs);
    const { graph, outputs } = this.#traced;
    this.#session ??= Session.open(encode(this.#named));
    const session = await this.#session;
    const feeds = await Promise.all(
      graph.inputs.map(async ({ name, shape, dtype }, i) => {
        const data = await tensors[i].data();
        return [name!, await ortTensor(data, shape, dtype)] as const;
      }),
    );
    const results = await session.run(Object.fromEntries(feeds));
    const made = graph.outputs.map(({ value }) => {
      const { data } = results[this.#named.values.get(value)!];
      return tf.tensor(data as Float32Array, [...value.shape], value.dtype as 'float32');
    });
    return unflatten(outputs, made) as Out;
  }

  /** Free onnxruntime's memory for this graph; `run` takes it again. */
  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await (await session)?.close();
  }

  /**
   * Write the graph to an ONNX file, whole or not at all. Weights past 2 GB go to a second file beside it.
   *
   * @throws OnnxFileError when the file cannot be written
   */
  async save(file: string): Promise<void> {
    await saveGraph(this.#named, file);
  }

  toString(): string {
    return textOf(this.graph);
  }

  /** What a notebook shows for this value. */
  [Symbol.for('Jupyter.display')](): { 'text/plain': string } {
    return { 'text/plain': this.toString() };
  }

  #check(inputs: In): readonly tf.Tensor[] {
    const expected = this.#traced.inputs;
    const given = layoutOf(inputs, 'input');
    const byName = new Map(given.names.map((name, i) => [name, flatten(inputs)[i]]));
    if (given.kind !== expected.kind || expected.names.some((name) => !byName.has(name)))
      throw new GraphInputError(
        `Expected the inputs ${expected.names.join(', ')}, got ${given.names.join(', ')}.`,
      );
    return this.graph.inputs.map((value) => fitting(byName.get(value.name!)!, value));
  }
}

function fitting(tensor: tf.Tensor, value: Value): tf.Tensor {
  const { dtype, shape } = tensor;
  if (dtype === value.dtype && shape.join() === value.shape.join()) return tensor;
  throw new GraphInputError(
    `Input ${value.name} is ${describe(value)} in the graph, got ${dtype} [${shape.join(', ')}]. ` +
      'A graph has the shapes of the example that it was traced with: trace the function again for others.',
  );
}

/**
 * Run a function of tensors once on an example and write down what it computed, as a graph of ONNX operators that
 * gives the same results for other inputs of the example's shapes. Any function will do: a model's `predict`, a
 * composition of models, one with gradients in it.
 *
 * Weights and other tensors that the function uses are constants of the graph, with the values that they have now;
 * training the model afterwards does not change the graph.
 *
 * @param fn takes one tensor, a list or a record of tensors, as `example` is; gives one of these. It must compute with
 *   tensors alone: what JavaScript decides by a value (`if`, `dataSync`) cannot be traced.
 * @throws TraceError when the function fails on the example, reads a tensor's values, makes or assigns variables, or
 *   returns no tensors
 * @throws UnsupportedKernelError for a kernel that has no form in ONNX
 */
export function trace<In extends Tensors, Out extends Tensors>(
  fn: (inputs: In) => Out,
  example: In,
): TracedFunction<In, Out> {
  return new TracedFunction<In, Out>(graphOf(fn, example));
}
