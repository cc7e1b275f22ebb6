import { describe, expect, it } from 'vitest';
import { constant, floatScalar, intsOf, type Graph, type State } from '../ir';
import { graphWith, input, operators } from '../testing/graphs';
import { fuseBiases } from './bias';
import { removeDead } from './dead';
import { mergeDuplicates } from './duplicates';
import { foldConstants } from './fold';
import { removeIdentities } from './identities';
import { separateOutputs } from './outputs';
import { reshapeLate } from './reshape-late';
import { spreadLate } from './spread';

const x = input('x', 2, 3);
const y = input('y', 2, 3);

function outputOf({ outputs }: Graph): (typeof outputs)[0]['value'] {
  return outputs[0].value;
}

describe('removeDead', () => {
  it('keeps what outputs and states depend on, and nothing else', () => {
    const graph = graphWith([x, y], (b, x, y) => {
      b.op('Exp', [y]);
      const sum = b.op('Add', [x, y]);
      b.op('Neg', [sum]);
      return [b.op('Sqrt', [sum])];
    });
    expect(operators(removeDead(graph))).toEqual(['Add', 'Sqrt']);
    const [unused] = graph.nodes;
    const state: State = {
      name: 's',
      variable: null as never,
      gives: 'next',
      input: x,
      output: unused.outputs[0],
      perm: [0, 1],
    };
    expect(operators(removeDead({ ...graph, states: [state] }))).toEqual(['Exp', 'Add', 'Sqrt']);
  });
});

describe('mergeDuplicates', () => {
  it('computes the same operator on the same values once, also after its inputs were merged', () => {
    const graph = graphWith([x, y], (b, x, y) => {
      const twice = [0, 1].map(() => b.op('Neg', [b.op('Mul', [b.op('Add', [x, y]), floatScalar(2)])]));
      return [b.op('Sub', twice)];
    });
    expect(operators(mergeDuplicates(graph))).toEqual(['Add', 'Mul', 'Neg', 'Sub']);
  });

  it('keeps apart what differs in an attribute, in an operand, and random draws', () => {
    const graph = graphWith([x, y], (b, x, y) => {
      const draw = (): ReturnType<typeof b.op> =>
        b.op('RandomUniform', [], { low: 0, high: 1, shape: [2, 3] });
      const slopes = [0.1, 0.2].map((alpha) => b.op('LeakyRelu', [x], { alpha }));
      return [...slopes, b.op('Sub', [x, y]), b.op('Sub', [y, x]), draw(), draw()];
    });
    expect(mergeDuplicates(graph).nodes).toHaveLength(6);
  });
});

describe('foldConstants', () => {
  it('computes what depends on constants alone, and keeps the names of weights', () => {
    const weight = constant(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], 'float32', 'dense/kernel');
    const graph = graphWith([x], (b, x) => {
      const half = b.op('Div', [floatScalar(1), b.op('Sqrt', [floatScalar(4)])]);
      return [
        b.op('MatMul', [x, b.transpose(weight, [1, 0])]),
        b.op('Mul', [x, b.op('Mul', [weight, half])]),
      ];
    });
    const folded = foldConstants(graph);
    expect(operators(folded)).toEqual(['MatMul', 'Mul']);
    const [turned, halved] = folded.nodes.map(({ inputs }) => inputs[1]!);
    expect(turned).toMatchObject({ shape: [3, 2], name: 'dense/kernel' });
    expect([...turned.data!]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(halved.name).toBeUndefined();
    expect([...halved.data!]).toEqual([0.5, 1, 1.5, 2, 2.5, 3]);
  });

  it('spreads constants over each other as ONNX does', () => {
    const [row, column] = [[1, 3], [2, 1]].map((shape, i) => constant(new Float32Array([1, 2, 3]).slice(i), shape, 'float32')); // prettier-ignore
    const graph = graphWith([x], (b, x) => [b.op('Add', [x, b.op('Sub', [row, column])])]);
    expect([...foldConstants(graph).nodes[0].inputs[1]!.data!]).toEqual([-1, 0, 1, -2, -1, 0]);
  });

  it('converts as ONNX does', () => {
    const numbers = constant(Float32Array.of(-1.7, 0, 2.9), [3], 'float32');
    const graph = graphWith([], (b) => [b.op('Cast', [numbers], { to: 'int64' }), b.op('Cast', [numbers], { to: 'bool' })]); // prettier-ignore
    const [whole, truth] = foldConstants(graph).outputs.map(({ value }) => Array.from<unknown>(value.data!));
    expect([whole, truth]).toEqual([[-1n, 0n, 2n], [1, 0, 1]]); // prettier-ignore
  });
});

describe('spreadLate', () => {
  it("makes the gradient of a mean's full-size tensor of ones a number", () => {
    const graph = graphWith([x], (b, x) => {
      const ones = b.expand(floatScalar(1), [2, 3]);
      return [b.op('Mul', [b.op('Div', [ones, floatScalar(6)]), x])];
    });
    const late = removeDead(spreadLate(graph));
    expect(operators(late)).toEqual(['Div', 'Mul']);
    expect(late.nodes[0].outputs[0].shape).toEqual([]);
    expect(outputOf(late).shape).toEqual([2, 3]);
  });

  it('still spreads where the result needs it', () => {
    const graph = graphWith([input('row', 1, 3)], (b, row) => [b.op('Neg', [b.expand(row, [2, 3])])]);
    const late = removeDead(spreadLate(graph));
    expect(operators(late)).toEqual(['Neg', 'Expand']);
    expect(outputOf(late).shape).toEqual([2, 3]);
  });
});

describe('reshapeLate', () => {
  it('adds the bias before the axis of a batch of one', () => {
    const graph = graphWith([x, input('bias', 3)], (b, x, bias) => [
      b.op('Relu', [b.op('Add', [b.reshape(x, [1, 2, 3]), bias])]),
    ]);
    const late = removeDead(reshapeLate(graph));
    expect(operators(late)).toEqual(['Add', 'Relu', 'Reshape']);
    expect(outputOf(late).shape).toEqual([1, 2, 3]);
  });

  it('leaves products alone, which a weight may share its order of axes with', () => {
    const graph = graphWith([x], (b, x) => [b.op('Mul', [b.reshape(x, [1, 2, 3]), floatScalar(2)])]);
    expect(operators(reshapeLate(graph))).toEqual(['Reshape', 'Mul']);
  });

  it('leaves alone what another operand spreads over the new axis', () => {
    const graph = graphWith([x, input('z', 4, 2, 3)], (b, x, z) => [
      b.op('Add', [b.reshape(x, [1, 2, 3]), z]),
    ]);
    expect(outputOf(reshapeLate(graph)).shape).toEqual([4, 2, 3]);
    const spread = graphWith([input('row', 3), input('z', 2, 1, 3)], (b, row, z) => [
      b.op('Add', [b.reshape(row, [1, 1, 3]), z]),
    ]);
    expect(outputOf(reshapeLate(spread)).shape).toEqual([2, 1, 3]);
  });
});

describe('removeIdentities', () => {
  it('takes out what changes nothing', () => {
    const graph = graphWith([x], (b, x) => {
      let z = b.op('Identity', [x]);
      z = b.op('Mul', [floatScalar(1), b.op('Add', [z, floatScalar(0)])]);
      z = b.op('Sub', [b.op('Div', [z, floatScalar(1)]), floatScalar(0)]);
      z = b.transpose(b.reshape(b.expand(z, [2, 3]), [2, 3]), [0, 1]);
      return [b.op('Exp', [b.op('Cast', [z], { to: 'float32' })])];
    });
    const { nodes } = removeDead(removeIdentities(graph));
    expect(nodes.map(({ op, inputs }) => [op, inputs[0]])).toEqual([['Exp', x]]);
  });

  it('reshapes once where it is done twice, and not at all when that leads back', () => {
    const graph = graphWith([x], (b, x) => {
      const flat = b.reshape(x, [6]);
      return [b.reshape(flat, [3, 2]), b.op('Neg', [b.reshape(flat, [2, 3])])];
    });
    const once = removeDead(removeIdentities(graph));
    expect(operators(once)).toEqual(['Reshape', 'Neg']);
    expect(intsOf(once.nodes[0].inputs[1])).toEqual([3, 2]);
  });

  it('keeps an operand of 1 or 0 that spreads the other', () => {
    const ones = constant(Float32Array.of(1), [1, 1], 'float32');
    const graph = graphWith([input('row', 3)], (b, row) => [b.op('Mul', [row, ones])]);
    expect(operators(removeIdentities(graph))).toEqual(['Mul']);
  });
});

describe('fuseBiases', () => {
  const conv = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], kernel_shape: [1, 1], group: 1 };
  const [picture, filter] = [input('picture', 2, 3, 4, 4), input('filter', 5, 3, 1, 1)];

  it('adds biases inside of convolutions and products, one after another', () => {
    const graph = graphWith([picture, filter, input('bias', 5, 1, 1)], (b, picture, filter, bias) => {
      const first = b.op('Add', [b.op('Conv', [picture, filter], conv), bias]);
      const flat = b.reshape(first, [2, 80]);
      const product = b.op('Gemm', [flat, input('kernel', 80, 3)], { transA: 0, transB: 0 });
      return [b.op('Add', [input('row', 3), product])];
    });
    const fused = removeDead(fuseBiases(graph));
    expect(operators(fused)).toEqual(['Reshape', 'Conv', 'Reshape', 'Gemm']);
    expect(fused.nodes[1].inputs.map((value) => value!.shape)).toEqual([[2, 3, 4, 4], [5, 3, 1, 1], [5]]); // prettier-ignore
    expect(fused.nodes[3].inputs[2]!.name).toBe('row');
  });

  it('leaves a result that is needed without the bias, and operands that are no biases', () => {
    const twice = graphWith([picture, filter, input('bias', 5, 1, 1)], (b, picture, filter, bias) => {
      const raw = b.op('Conv', [picture, filter], conv);
      return [b.op('Add', [raw, bias]), b.op('Neg', [raw])];
    });
    expect(operators(fuseBiases(twice))).toEqual(['Conv', 'Add', 'Neg']);
    const map = graphWith([picture, filter, input('map', 4, 4)], (b, picture, filter, map) => [
      b.op('Add', [b.op('Conv', [picture, filter], conv), map]),
    ]);
    expect(operators(fuseBiases(map))).toEqual(['Conv', 'Add']);
  });
});

describe('separateOutputs', () => {
  it('copies outputs that no node makes, and those that stand twice', () => {
    const fixed = constant(Float32Array.of(1), [1], 'float32');
    const graph = graphWith([x], (b, x) => {
      const z = b.op('Neg', [x]);
      return [x, z, z, fixed];
    });
    const separate = separateOutputs(graph);
    expect(operators(separate)).toEqual(['Neg', 'Identity', 'Identity', 'Identity']);
    const values = separate.outputs.map(({ value }) => value);
    expect(new Set(values).size).toBe(4);
    expect(values.every(({ from }) => from !== undefined)).toBe(true);
  });
});
