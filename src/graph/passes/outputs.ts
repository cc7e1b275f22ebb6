import { Builder } from '../builder';
import { isComputed, type Value } from '../ir';
import type { Pass } from './rebuild';

/** ONNX wants every output made by a node, and no two to be the same value: copy where it is otherwise. */
export const separateOutputs: Pass = ({ inputs, outputs, states, nodes }) => {
  const b = new Builder();
  const taken = new Set<Value>();
  const own = (value: Value): Value => {
    const free = value.from !== undefined && !taken.has(value);
    const output = free ? value : b.op('Identity', [value]);
    taken.add(output);
    return output;
  };
  return {
    inputs,
    outputs: outputs.map(({ name, value }) => ({ name, value: own(value) })),
    states: states.map((state) => (isComputed(state) ? { ...state, output: own(state.output) } : state)),
    nodes: [...nodes, ...b.nodes],
  };
};
