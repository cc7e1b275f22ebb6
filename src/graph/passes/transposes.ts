import { sizeOf, type Graph } from '../ir';
import { rebuild } from './rebuild';

/**
 * Write a transposition that swaps the first axis with the last, which onnxruntime does element by element, as two of
 * matrices, which it does by blocks. In a graph that trains, whose transpositions onnxruntime leaves as they are.
 */
export function splitTransposes(graph: Graph): Graph {
  if (graph.states.length === 0) return graph;
  return rebuild(graph, (b, { op, inputs: [x], attrs, outputs: [y] }) => {
    if (op !== 'Transpose') return undefined;
    const { shape } = x!;
    const long = (attrs.perm as readonly number[]).filter((axis) => shape[axis] !== 1);
    const inside = long.slice(1, -1);
    const isSwap = inside.length > 0 && [...long].sort((i, j) => i - j).join() === [long.at(-1), ...inside, long[0]].join(); // prettier-ignore
    if (!isSwap) return undefined;
    const [first, middle, last] = [shape[long.at(-1)!], sizeOf(inside.map((i) => shape[i])), shape[long[0]]];
    const turned = b.transpose(b.reshape(x!, [first * middle, last]), [1, 0]);
    return [b.reshape(b.transpose(b.reshape(turned, [last, first, middle]), [0, 2, 1]), y.shape)];
  });
}

/** Whether one transposition follows another, which onnxruntime would join, though two may cost less. */
export function hasSplitTransposes({ nodes }: Graph): boolean {
  return nodes.some(({ op, inputs: [x] }) => {
    const [before] = x?.from?.op === 'Reshape' ? x.from.inputs : [];
    return op === 'Transpose' && before?.from?.op === 'Transpose';
  });
}
