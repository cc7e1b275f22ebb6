import { tf } from '../engine/index';
import {
  encode,
  graphOf,
  nameGraph,
  ortTensor,
  Session,
  type Data,
  type NamedGraph,
  type Value,
} from '../graph/index';

type Pass = (x: tf.Tensor) => tf.Tensor;

/** An input or an output; not the graph's own value, which would keep the weights in memory. */
type End = Pick<Required<Value>, 'name' | 'shape' | 'dtype'>;

/**
 * A model's forward pass for batches of one shape, run by onnxruntime, with the weights that the model had when it was
 * written down.
 */
export class CompiledForward {
  readonly #input: End;
  readonly #output: End;
  readonly #session: Promise<Session>;
  #last: Promise<unknown>;

  /**
   * @param example a batch
   * @throws TraceError, UnsupportedKernelError where the pass cannot be written as a graph
   */
  constructor(model: tf.LayersModel, example: tf.Tensor) {
    const [size] = example.shape;
    const pass: Pass = (x) => model.predict(x, { batchSize: size }) as tf.Tensor;
    const named = nameGraph(graphOf(pass, example).graph);
    const [input] = named.graph.inputs;
    const [{ value: output }] = named.graph.outputs;
    [this.#input, this.#output] = [input, output].map((value) => endOf(named, value));
    // No memory is kept between runs: the caller was told what one takes.
    this.#session = Session.open(encode(named, { name: 'forward' }), { keepsMemory: false });
    this.#last = this.#session.catch(() => undefined);
  }

  /**
   * The model's output for the first `count` examples of x, a multiple of the example's. Calls that come while one runs
   * wait for it.
   *
   * @returns a new tensor
   */
  run(x: tf.Tensor, count: number): Promise<tf.Tensor> {
    const turn = this.#last.then(() => this.#run(x, count));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Free onnxruntime's memory, after the runs that were asked for. */
  async close(): Promise<void> {
    await this.#last;
    await this.#session.then((session) => session.close()).catch(() => undefined);
  }

  async #run(x: tf.Tensor, count: number): Promise<tf.Tensor> {
    const session = await this.#session;
    const { name, shape, dtype } = this.#input;
    const output = this.#output;
    const parts: Data[] = [];
    for (let at = 0; at < count; at += shape[0]) {
      const feed = await ortTensor(batchOf(x, at, shape[0]), shape, dtype);
      const results = await session.run({ [name]: feed });
      parts.push(results[output.name].data as Data);
    }
    const outputShape = [count, ...output.shape.slice(1)];
    return tf.tensor(joined(parts) as Float32Array, outputShape, output.dtype as 'float32');
  }
}

function endOf({ values }: NamedGraph, value: Value): End {
  return { name: values.get(value)!, shape: value.shape, dtype: value.dtype };
}

/** The elements of some of the examples. */
function batchOf(x: tf.Tensor, from: number, size: number): Data {
  if (x.shape[0] === size) return x.dataSync<'float32'>();
  const batch = x.slice(from, size);
  const data = batch.dataSync<'float32'>();
  batch.dispose();
  return data;
}

function joined(parts: readonly Data[]): Data {
  if (parts.length === 1) return parts[0];
  const [first] = parts;
  const all = new (first.constructor as new (length: number) => Float32Array)(parts.length * first.length);
  parts.forEach((part, i) => all.set(part as Float32Array, i * first.length));
  return all;
}
