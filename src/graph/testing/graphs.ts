import { Builder } from '../builder';
import type { Graph, Value } from '../ir';

/** A float32 input. */
export function input(name: string, ...shape: number[]): Value {
  return { name, shape, dtype: 'float32' };
}

/** A graph from its inputs to what `build` makes of them. */
export function graphWith(
  inputs: readonly Value[],
  build: (b: Builder, ...inputs: Value[]) => Value[],
): Graph {
  const b = new Builder();
  const outputs = build(b, ...inputs).map((value, i) => ({ name: `output_${i}`, value }));
  return { inputs, outputs, states: [], nodes: b.nodes };
}

/** The operators of a graph, in order. */
export function operators(graph: Graph): string[] {
  return graph.nodes.map(({ op }) => op);
}
