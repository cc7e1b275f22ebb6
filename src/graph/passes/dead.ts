import type { Graph, Node, Value } from '../ir';

/** Leave out nodes that no output and no state depends on. */
export function removeDead(graph: Graph): Graph {
  const ends = [...graph.outputs.map(({ value }) => value), ...graph.states.map(({ output }) => output)];
  const wanted = new Set<Value | undefined>(ends);
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return { ...graph, nodes: kept.reverse() };
}
