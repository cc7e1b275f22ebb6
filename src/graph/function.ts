import { tf } from '../engine/index';
import { GraphError, TraceError } from './errors';
import type { Graph } from './ir';
import { lower } from './lowering/index';
import { optimise } from './passes/index';
import { Recorder } from './recorder/recorder';
import type { Tape } from './recorder/tape';
import { assertTensors, flatten, layoutOf, type Layout, type Tensors } from './tensors';

/** A function as a graph, with the way its tensors are put together. */
export interface FunctionGraph {
  readonly graph: Graph;
  readonly inputs: Layout;
  readonly outputs: Layout;
}

/**
 * Run a function once on example tensors, without computing anything, and write what it would compute as a graph of ONNX
 * operators. Variables that it uses become constants, with the values that they have now.
 *
 * @throws TraceError when the function fails, reads a tensor's values, makes or assigns variables, or returns no tensors
 * @throws UnsupportedKernelError for a kernel that has no form in ONNX
 */
export function graphOf<In extends Tensors>(fn: (inputs: In) => Tensors, example: In): FunctionGraph {
  assertTensors(example, 'the example');
  const recorder = new Recorder('frozen');
  const inputs = layoutOf(example, 'input');
  const declared = flatten(example).map((tensor, i) => recorder.input(tensor, inputs.names[i]));
  let outputs: Layout | undefined;
  let ends: Tape['outputs'] = [];
  tf.tidy(() => {
    recorder.record(() => {
      const result = attempt(fn, example);
      assertTensors(result, "the traced function's result");
      outputs = layoutOf(result, 'output');
      const { names } = outputs;
      ends = flatten(result).map((tensor, i) => ({ name: names[i], value: recorder.value(tensor) }));
    });
  });
  const tape: Tape = { calls: recorder.calls, inputs: declared, outputs: ends, states: [] };
  return { graph: optimise(lower(tape)), inputs, outputs: outputs! };
}

/** Run the function; what it throws by itself is told with the example's shapes. */
function attempt<In extends Tensors>(fn: (inputs: In) => Tensors, example: In): unknown {
  try {
    return fn(example);
  } catch (error) {
    if (error instanceof GraphError) throw error;
    throw failure(error, flatten(example));
  }
}

/** An error of the traced code, with the tensors that it was called on. */
export function failure(error: unknown, examples: readonly tf.Tensor[]): TraceError {
  const shapes = examples.map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`).join(', ');
  const reason = error instanceof Error ? error.message : String(error);
  return new TraceError(`The traced function failed on the example ${shapes}: ${reason}`, { cause: error });
}
