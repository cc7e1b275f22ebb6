import type { Graph, Node, Value } from '../ir';
import { rebuild } from './rebuild';

/** Constants up to this size are compared by their elements. */
const SMALL = 64;

/** Operators whose operands may change places. */
const COMMUTES = new Set(['Add', 'Mul']);

/** Compute what is computed twice only once: the same operator on the same values. */
export function mergeDuplicates(graph: Graph): Graph {
  const seen = new Map<string, readonly Value[]>();
  const key = keys();
  return rebuild(graph, (b, node) => {
    // Two draws are never the same.
    if (node.op === 'RandomUniform') return undefined;
    const inputs = node.inputs.map(key);
    if (COMMUTES.has(node.op)) inputs.sort();
    const text = `${node.op} ${JSON.stringify(node.attrs)} ${inputs.join()}`;
    const earlier = seen.get(text);
    if (earlier !== undefined) return earlier;
    const outputs = isIn(node) ? node.outputs : b.all(node.op, node.inputs, node.attrs);
    if (isIn(node)) b.nodes.push(node);
    seen.set(text, outputs);
    return outputs;
  });
}

/** Whether a node's outputs are its own, not those of the node it was before its inputs changed. */
function isIn(node: Node): boolean {
  return node.outputs[0].from === node;
}

/** Gives every value a text, equal constants the same one. */
function keys(): (value: Value | undefined) => string {
  const ids = new Map<Value | string, number>();
  const id = (of: Value | string): number => {
    const known = ids.get(of) ?? ids.size;
    ids.set(of, known);
    return known;
  };
  return (value) => {
    if (value === undefined) return '';
    const { data, name, dtype, shape } = value;
    const compared = data !== undefined && name === undefined && data.length <= SMALL;
    return String(id(compared ? `${dtype} ${shape.join('x')} ${Array.from<unknown>(data).join()}` : value));
  };
}
