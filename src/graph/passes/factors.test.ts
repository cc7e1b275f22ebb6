import { describe, expect, it } from 'vitest';
import type { Builder } from '../builder';
import { floatScalar, intList, type Graph, type State, type Value } from '../ir';
import { graphWith, input, operators } from '../testing/graphs';
import { removeDead } from './dead';
import { mergeDuplicates } from './duplicates';
import { gatherFactors } from './factors';

const x = input('x', 2, 5, 4, 3);
const dy = input('dy', 2, 5, 4, 3);
const scale = input('scale', 3);
const spread = input('spread', 3);

/** A graph that trains, after the pass. */
function gathered(build: Parameters<typeof graphWith>[1]): Graph {
  const state: State = {
    name: 's',
    variable: null as never,
    input: scale,
    output: scale,
    gives: 'next',
    perm: [0],
  };
  const graph = { ...graphWith([x, dy, spread], build), states: [state] };
  return removeDead(mergeDuplicates(gatherFactors(graph)));
}

function shapes({ nodes }: Graph): string[] {
  return nodes.map(({ op, outputs: [{ shape }] }) => `${op} ${shape.join('×')}`);
}

describe('gatherFactors', () => {
  it('multiplies small factors before large ones', () => {
    const graph = gathered((b, x) => [b.op('Mul', [b.op('Mul', [x, scale]), spread])]);
    expect(shapes(graph)).toEqual(['Mul 3', 'Mul 2×5×4×3']);
  });

  it('takes factors of the channels out of sums, which then are the same', () => {
    const axes = intList([0, 1, 2]);
    const sum = (b: Parameters<Parameters<typeof graphWith>[1]>[0], value: Value): Value =>
      b.op('ReduceSum', [value, axes], { keepdims: 0 });
    const graph = gathered((b, x, dy) => [
      sum(b, b.op('Mul', [b.op('Mul', [x, scale]), dy])),
      sum(b, b.op('Mul', [dy, b.op('Mul', [b.reshape(spread, [1, 1, 1, 3]), x])])),
    ]);
    expect(shapes(graph)).toEqual(['Mul 2×5×4×3', 'ReduceSum 3', 'Mul 3', 'Mul 3']);
  });

  it('multiplies in an order that products share, and numbers at the end as one', () => {
    const axes = intList([0, 1, 2]);
    const graph = gathered((b, x, dy) => {
      const sum = b.op('ReduceSum', [dy, axes], { keepdims: 0 });
      const minus = b.op('Neg', [b.op('Mul', [sum, b.op('Mul', [b.op('Neg', [spread]), scale])])]);
      const third = b.op('Div', [b.op('Mul', [minus, floatScalar(6)]), floatScalar(3)]);
      return [b.op('Mul', [x, third]), b.op('Mul', [dy, b.op('Mul', [spread, scale])])];
    });
    expect(shapes(graph)).toEqual([
      ...['ReduceSum 3', 'Mul 3', 'Mul 3', 'Mul 3', 'Mul 2×5×4×3', 'Mul 2×5×4×3'],
    ]);
    expect(graph.nodes[3].inputs[1]!.data).toEqual(new Float32Array([2]));
  });

  it('knows that what lies around a mean sums up to zero', () => {
    const axes = intList([0, 1, 2]);
    const around = (b: Builder, x: Value): Value =>
      b.op('Sub', [x, b.op('ReduceMean', [x, axes], { keepdims: 0 })]);
    const sum = (b: Builder, x: Value): Value => b.op('ReduceSum', [x, axes], { keepdims: 0 });
    const graph = gathered((b, x) => [sum(b, b.op('Mul', [around(b, x), scale]))]);
    expect(operators(graph)).toEqual([]);
    expect(graph.outputs[0].value.data).toEqual(new Float32Array(3));
    // Around the mean of something else it does not.
    const other = gathered((b, x, dy) => [
      sum(b, b.op('Sub', [x, b.op('ReduceMean', [dy, axes], { keepdims: 0 })])),
    ]);
    expect(operators(other)).toContain('ReduceSum');
  });

  it('leaves sums along the channels, and products of large values alone', () => {
    const graph = gathered((b, x, dy) => [
      b.op('ReduceSum', [b.op('Mul', [x, scale]), intList([0, 1, 3])], { keepdims: 0 }),
      b.op('Mul', [b.op('Mul', [x, dy]), dy]),
    ]);
    expect(shapes(graph)).toEqual(['Mul 2×5×4×3', 'ReduceSum 4', 'Mul 2×5×4×3', 'Mul 2×5×4×3']);
  });

  it('writes batch norm by the batch’s statistics out', () => {
    const build: Parameters<typeof graphWith>[1] = (b, x) => {
      const mean = b.op('ReduceMean', [x, intList([0, 1, 2])], { keepdims: 0 });
      const first = b.transpose(x, [0, 3, 1, 2]);
      const given = [first, scale, spread, mean, mean];
      return [b.transpose(b.op('BatchNormalization', given, { epsilon: 1e-3 }), [0, 2, 3, 1])];
    };
    expect(operators(gathered(build))).toEqual([
      ...['ReduceMean', 'Add', 'Sqrt', 'Reciprocal', 'Mul', 'Sub', 'Mul', 'Add', 'Transpose', 'Transpose'],
    ]);
    // A graph that only predicts keeps the operator.
    expect(operators(gatherFactors(graphWith([x, dy, spread], build)))).toContain('BatchNormalization');
  });
});
