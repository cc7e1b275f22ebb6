import { isComputed, type Graph, type Node, type State, type Value } from './ir';

/** A graph with a name for every node and value, as a file needs them. */
export interface NamedGraph {
  readonly graph: Graph;
  /** An output that nothing reads has no name where it may be left out. */
  readonly values: ReadonlyMap<Value, string>;
  readonly nodes: ReadonlyMap<Node, string>;
  readonly constants: readonly Value[];
}

/** The name under which a graph gives a state's next value, or its gradient. */
export function outputName({ name, gives }: State): string {
  return `${name}:${gives}`;
}

/**
 * Name everything: inputs, outputs, weights and states keep their names, nodes are called by layer and operator
 * (`conv1/Conv`, `conv1/Relu`), values by the node that makes them.
 */
export function nameGraph(graph: Graph): NamedGraph {
  const unique = uniqueNames();
  const values = new Map<Value, string>();
  const nodes = new Map<Node, string>();
  const name = (value: Value, wanted: string): unknown =>
    values.has(value) || values.set(value, unique(wanted));
  for (const input of graph.inputs) name(input, input.name!);
  for (const state of graph.states) name(state.input, state.name);
  for (const output of graph.outputs) name(output.value, output.name);
  for (const state of graph.states.filter(isComputed)) name(state.output, outputName(state));
  const constants = constantsOf(graph.nodes);
  for (const weight of constants) if (weight.name !== undefined) name(weight, weight.name);
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  for (const node of graph.nodes) {
    const label = unique(node.layer === '' ? node.op : `${node.layer}/${node.op}`);
    nodes.set(node, label);
    // What nothing reads is left out where ONNX has it as optional: the places of the largest values.
    const kept =
      node.op === 'MaxPool' ? node.outputs.filter((output, i) => i === 0 || used.has(output)) : node.outputs;
    kept.forEach((output, i) => name(output, `${label}:${i}`));
  }
  for (const value of constants) name(value, 'constant');
  return { graph, values, nodes, constants };
}

function constantsOf(nodes: readonly Node[]): Value[] {
  const found = new Set<Value>();
  for (const { inputs } of nodes) for (const input of inputs) if (input?.data) found.add(input);
  return [...found];
}

function uniqueNames(): (wanted: string) => string {
  const used = new Map<string, number>();
  return (wanted) => {
    let name = wanted;
    while (used.has(name)) {
      const count = used.get(wanted)! + 1;
      used.set(wanted, count);
      name = `${wanted}_${count}`;
    }
    used.set(name, 0);
    return name;
  };
}
