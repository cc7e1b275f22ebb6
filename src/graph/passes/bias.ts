import type { Graph, Value } from '../ir';
import { rebuild, type Pass } from './rebuild';

/** Add biases where convolutions and products are computed, which saves a pass over their results. */
export const fuseBiases: Pass = (graph) => {
  const uses = countUses(graph);
  return rebuild(graph, (b, node, before) => {
    if (node.op !== 'Add') return undefined;
    for (const [i, value] of node.inputs.entries()) {
      const { op, inputs, attrs } = value!.from ?? {};
      const bias = node.inputs[1 - i]!;
      // What else is made of the raw result would be computed twice.
      if (inputs?.length !== 2 || uses.get(before.inputs[i]!) !== 1 || !sameShape(value!, node.outputs[0]))
        continue;
      if (op === 'Gemm' && bias.shape.length <= 2) return [b.op('Gemm', [...inputs, bias], attrs)];
      if (op === 'Conv' && isPerChannel(bias, value!.shape)) {
        return [b.op('Conv', [...inputs, b.reshape(bias, [value!.shape[1]])], attrs)];
      }
    }
    return undefined;
  });
};

function sameShape(a: Value, b: Value): boolean {
  return a.shape.join() === b.shape.join();
}

/** Whether a value has one number for each channel of [n, c, …spatial]. */
function isPerChannel({ shape }: Value, over: readonly number[]): boolean {
  const offset = over.length - shape.length;
  return offset <= 1 && shape.every((length, i) => length === (i + offset === 1 ? over[1] : 1));
}

function countUses({ nodes, outputs, states }: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value | undefined): unknown => value && uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const { inputs } of nodes) inputs.forEach(count);
  for (const { value } of outputs) count(value);
  for (const { output } of states) count(output);
  return uses;
}
