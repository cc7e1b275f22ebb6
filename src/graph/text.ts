import { describe, type Graph, type Value } from './ir';
import { nameGraph } from './names';

/** A graph as text, one node a line: `conv1/Conv:0 = Conv(input, conv1/kernel)  float32 [1, 6, 28, 28]`. */
export function textOf(graph: Graph): string {
  const { graph: named, values } = nameGraph(graph);
  const nameOf = (value: Value | undefined): string => (value === undefined ? '–' : values.get(value)!);
  const lines = named.nodes.map(({ op, inputs, outputs }) => {
    const kept = outputs.filter((output) => values.has(output));
    const made = kept.map(nameOf).join(', ');
    const types = kept.map(describe).join(', ');
    return `  ${made} = ${op}(${inputs.map(nameOf).join(', ')})  ${types}`;
  });
  const ends = (list: readonly Value[]): string =>
    list.map((value) => `${nameOf(value)} ${describe(value)}`).join(', ');
  const [inputs, outputs] = [ends(named.inputs), ends(named.outputs.map(({ value }) => value))];
  return [`graph of ${named.nodes.length} nodes: ${inputs} → ${outputs}`, ...lines].join('\n');
}
