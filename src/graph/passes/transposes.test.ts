import { expect, it } from 'vitest';
import { constant, sizeOf, type Graph, type State } from '../ir';
import { graphWith, input, operators } from '../testing/graphs';
import { foldConstants } from './fold';
import { hasSplitTransposes, splitTransposes } from './transposes';

/** As a graph that trains. */
function training(graph: Graph): Graph {
  const state = { name: 's', variable: null as never, gives: 'next', perm: [] } as const;
  const value = input('s');
  return { ...graph, states: [{ ...state, input: value, output: value } satisfies State] };
}

function transposing(shape: number[], perm: number[]): Graph {
  const x = constant(Float32Array.from({ length: sizeOf(shape) }, (_, i) => i), shape, 'float32'); // prettier-ignore
  return training(graphWith([], (b) => [b.transpose(x, perm)]));
}

const result = (graph: Graph): unknown => foldConstants(graph).outputs[0].value;

it.each([
  [[2, 3, 4, 5], [3, 1, 2, 0]], // prettier-ignore
  [[1, 2, 3, 4, 5], [0, 4, 2, 3, 1]], // prettier-ignore
  [[2, 3, 4, 1], [2, 1, 3, 0]], // prettier-ignore
  [[3, 3, 4, 5], [3, 2, 0, 1]], // prettier-ignore
])('writes a swap of the outer axes of [%s] as two transpositions', (shape, perm) => {
  const graph = transposing(shape, perm);
  const split = splitTransposes(graph);
  expect(operators(split).filter((op) => op === 'Transpose')).toHaveLength(2);
  expect(hasSplitTransposes(split)).toBe(true);
  expect(result(split)).toEqual(result(graph));
});

it.each([
  [[2, 20, 3, 4], [2, 0, 3, 1], [[0, 2, 1], [1, 0, 2, 3]]], // prettier-ignore
  [[2, 3, 4, 20], [1, 3, 0, 2], [[1, 0, 2, 3], [0, 2, 1]]], // prettier-ignore
])('moves rows of [%s] where other axes are mixed too', (shape, perm, expected) => {
  const graph = transposing(shape, perm);
  const split = splitTransposes(graph);
  const perms = split.nodes.filter(({ op }) => op === 'Transpose').map(({ attrs }) => attrs.perm);
  expect(perms).toEqual(expected);
  expect(result(split)).toEqual(result(graph));
});

it('leaves out axes of length 1', () => {
  const graph = transposing([2, 3, 4, 1], [3, 0, 2, 1]);
  const split = splitTransposes(graph);
  const transposes = split.nodes.filter(({ op }) => op === 'Transpose');
  expect(transposes.map(({ attrs }) => attrs.perm)).toEqual([[0, 2, 1]]);
  expect(result(split)).toEqual(result(graph));
});

it('moves nothing where only axes of length 1 change places', () => {
  const graph = transposing([1, 6, 1], [2, 0, 1]);
  const split = splitTransposes(graph);
  expect(operators(split)).not.toContain('Transpose');
  expect(result(split)).toEqual(result(graph));
});

it.each([
  [[2, 3, 4], [1, 2, 0], [2, 12]], // prettier-ignore
  [[17, 17, 2, 3], [2, 3, 0, 1], [289, 6]], // prettier-ignore
])('takes the axes of [%s] that stay neighbours as one', (shape, perm, matrix) => {
  const graph = transposing(shape, perm);
  const split = splitTransposes(graph);
  const [transpose] = split.nodes.filter(({ op }) => op === 'Transpose');
  expect(transpose.inputs[0]!.shape).toEqual(matrix);
  expect(result(split)).toEqual(result(graph));
});

it('leaves other transpositions, and graphs that do not train, as they are', () => {
  const others = [transposing([2, 3, 4], [0, 2, 1]), transposing([2, 3], [1, 0])];
  const inference = { ...transposing([2, 3, 4, 5], [3, 1, 2, 0]), states: [] };
  for (const graph of [...others, inference]) {
    expect(splitTransposes(graph).nodes).toEqual(graph.nodes);
    expect(hasSplitTransposes(graph)).toBe(false);
  }
});
