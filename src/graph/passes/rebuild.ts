import { Builder } from '../builder';
import type { Graph, Node, Value } from '../ir';

/** A pass: the same computation, written differently. */
export type Pass = (graph: Graph) => Graph;

/**
 * What to put in the place of a node, whose inputs are those of the new graph (`before` has those of the old one):
 * values for its outputs, or nothing to keep it as it is.
 */
export type Visit = (b: Builder, node: Node, before: Node) => readonly Value[] | undefined;

/** Write a graph anew, node by node. */
export function rebuild(graph: Graph, visit: Visit): Graph {
  const b = new Builder();
  const made = new Map<Value, Value>();
  const now = (value: Value): Value => made.get(value) ?? value;
  for (const node of graph.nodes) {
    b.layer = node.layer;
    const inputs = node.inputs.map((input) => input && now(input));
    const same = inputs.every((input, i) => input === node.inputs[i]);
    const moved = same ? node : { ...node, inputs };
    const replaced = visit(b, moved, node);
    if (replaced === undefined && same) b.nodes.push(node);
    else {
      const results = replaced ?? b.all(node.op, inputs, node.attrs);
      node.outputs.forEach((output, i) => made.set(output, results[i]));
    }
  }
  return {
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ name, value }) => ({ name, value: now(value) })),
    states: graph.states.map((state) => ({ ...state, output: now(state.output) })),
    nodes: b.nodes,
  };
}
