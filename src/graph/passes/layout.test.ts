import { describe, expect, it } from 'vitest';
import type { Builder } from '../builder';
import { constant, floatScalar, intList, intsOf, type Graph, type State, type Value } from '../ir';
import { graphWith, input, operators } from '../testing/graphs';
import { removeDead } from './dead';
import { moveTransposes } from './layout';

const window = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], kernel_shape: [3, 3], group: 1 };

/** A convolution as the lowering writes it: transposed before and after. */
function convolve(b: Builder, x: Value, filter: Value): Value {
  const first = b.transpose(x, [0, 3, 1, 2]);
  return b.transpose(b.op('Conv', [first, b.transpose(filter, [3, 2, 0, 1])], window), [0, 2, 3, 1]);
}

const move = (graph: Graph): Graph => removeDead(moveTransposes(graph));
const picture = input('picture', 2, 8, 9, 3);
const filter = (channels: number, filters: number, name = 'filter'): Value =>
  input(name, 3, 3, channels, filters);

describe('moveTransposes', () => {
  it('keeps channels first from one convolution to the next', () => {
    const graph = graphWith(
      [picture, filter(3, 4), filter(4, 5, 'next'), input('bias', 4)],
      (b, x, first, next, bias) => {
        const y = b.op('Relu', [b.op('Add', [convolve(b, x, first), bias])]);
        return [convolve(b, y, next)];
      },
    );
    const moved = move(graph);
    // One for the picture, one for each filter, one for the result.
    expect(operators(moved).filter((op) => op === 'Transpose')).toHaveLength(4);
    expect(moved.nodes.find(({ op }) => op === 'Relu')!.outputs[0].shape).toEqual([2, 4, 8, 9]);
    expect(moved.outputs[0].value.shape).toEqual([2, 8, 9, 5]);
  });

  it('renames the axes of concatenations, paddings, slices and reductions', () => {
    const graph = graphWith([picture, filter(3, 4), filter(8, 2, 'next')], (b, x, first, next) => {
      const y = convolve(b, x, first);
      const pads = intList([0, 1, 0, 0, 0, 0, 2, 0]);
      const grown = b.op('Pad', [y, pads, floatScalar(0)], { mode: 'constant' });
      const cut = b.slice(grown, [1, 2], [0, 1], [8, 10]);
      const mean = b.op('ReduceMean', [cut, intList([1, 2])], { keepdims: 1 });
      return [convolve(b, b.op('Concat', [b.op('Sub', [cut, mean]), cut], { axis: 3 }), next)];
    });
    const moved = move(graph);
    const find = (op: string): (typeof moved.nodes)[0] => moved.nodes.find((node) => node.op === op)!;
    expect(intsOf(find('Pad').inputs[1])).toEqual([0, 0, 1, 0, 0, 0, 0, 2]);
    expect(intsOf(find('Slice').inputs[3])).toEqual([2, 3]);
    expect(intsOf(find('ReduceMean').inputs[1])).toEqual([2, 3]);
    expect(find('Concat').attrs.axis).toBe(1);
    expect(operators(moved).filter((op) => op === 'Transpose')).toHaveLength(4);
  });

  it('splits channels where they are', () => {
    const given = [picture, filter(3, 5), filter(3, 2, 'left'), filter(2, 2, 'right')];
    const graph = graphWith(given, (b, x, first, left, right) => {
      const parts = b.all('Split', [convolve(b, x, first), intList([3, 2])], { axis: 3 });
      return [convolve(b, parts[0], left), convolve(b, parts[1], right)];
    });
    const moved = move(graph);
    const split = moved.nodes.find(({ op }) => op === 'Split')!;
    expect(split.attrs.axis).toBe(1);
    expect(split.outputs.map(({ shape }) => shape)).toEqual([[2, 3, 8, 9], [2, 2, 8, 9]]); // prettier-ignore
    // The picture, three filters, two results.
    expect(operators(moved).filter((op) => op === 'Transpose')).toHaveLength(6);
  });

  it('transposes once what several nodes read', () => {
    const graph = graphWith([picture], (b, x) => {
      const rows = b.transpose(x, [1, 2, 0, 3]);
      return [0, 1, 2].map((at) => b.reshape(b.slice(rows, [0, 1], [at, 0], [at + 6, 8]), [96, 3]));
    });
    expect(operators(move(graph)).filter((op) => op === 'Transpose')).toHaveLength(1);
  });

  it('reduces in the order that is there, and drops axes without moving anything', () => {
    const graph = graphWith([picture, filter(3, 4)], (b, x, filter) => [
      b.op('ReduceSum', [convolve(b, x, filter), intList([0, 1, 2])], { keepdims: 0 }),
      b.op('ReduceMean', [convolve(b, x, filter), intList([1, 2])], { keepdims: 0 }),
    ]);
    const moved = move(graph);
    const reductions = moved.nodes.filter(({ op }) => op.startsWith('Reduce'));
    expect(reductions.map(({ inputs }) => intsOf(inputs[1]))).toEqual([[0, 2, 3], [2, 3]]); // prettier-ignore
    expect(moved.outputs.map(({ value }) => value.shape)).toEqual([[4], [2, 4]]); // prettier-ignore
  });

  it('transposes in memory only what has two long axes', () => {
    const grey = input('grey', 2, 8, 9, 1);
    const flat = graphWith([grey], (b, x) => [
      b.reshape(b.op('Neg', [b.transpose(x, [0, 3, 1, 2])]), [2, 72]),
    ]);
    expect(operators(move(flat))).not.toContain('Transpose');
  });

  it('leaves the order alone where moving would cost more', () => {
    // Two tensors with channels last against one with channels first.
    const graph = graphWith([picture, filter(3, 3), input('other', 2, 8, 9, 3)], (b, x, filter, other) => {
      const sum = b.op('Add', [b.op('Mul', [convolve(b, x, filter), other]), x]);
      return [b.reshape(sum, [2, 216])];
    });
    const moved = move(graph);
    expect(moved.nodes.find(({ op }) => op === 'Mul')!.outputs[0].shape).toEqual([2, 8, 9, 3]);
  });

  it('folds the transposition of a constant into it', () => {
    const weights = constant(Float32Array.from({ length: 54 }, (_, i) => i), [3, 3, 3, 2], 'float32', 'conv/kernel'); // prettier-ignore
    const moved = move(graphWith([picture], (b, x) => [convolve(b, x, weights)]));
    const [, stored] = moved.nodes.find(({ op }) => op === 'Conv')!.inputs;
    expect(stored).toMatchObject({ name: 'conv/kernel', shape: [2, 3, 3, 3] });
    expect([...stored!.data!].slice(0, 4)).toEqual([0, 6, 12, 18]);
    expect(operators(moved)).toEqual(['Transpose', 'Conv', 'Transpose']);
  });

  it("keeps a trained weight, and its moments, in ONNX's order", () => {
    const weight = filter(3, 4);
    const moment = filter(3, 4, 'moment');
    let updated: Value[] = [];
    const graph = graphWith([picture], (b, x) => {
      const y = convolve(b, x, weight);
      // Stands for the gradient: it comes out in ONNX's order.
      const gradient = b.transpose(b.op('Neg', [b.transpose(weight, [3, 2, 0, 1])]), [2, 3, 1, 0]);
      const next = b.op('Add', [b.op('Mul', [moment, floatScalar(0.9)]), gradient]);
      updated = [b.op('Sub', [weight, next]), next];
      return [y];
    });
    const states = [weight, moment].map((input, i): State => {
      return {
        name: input.name!,
        variable: null as never,
        gives: 'next',
        input,
        output: updated[i],
        perm: [0, 1, 2, 3],
      };
    });
    const moved = move({ ...graph, states });
    expect(moved.states.map(({ perm }) => perm)).toEqual([[3, 2, 0, 1], [3, 2, 0, 1]]); // prettier-ignore
    expect(moved.states.map(({ input }) => input.shape)).toEqual([[4, 3, 3, 3], [4, 3, 3, 3]]); // prettier-ignore
    expect(moved.states.map(({ output }) => output.shape)).toEqual([[4, 3, 3, 3], [4, 3, 3, 3]]); // prettier-ignore
    // The picture's and the result's are left.
    expect(operators(moved).filter((op) => op === 'Transpose')).toHaveLength(2);
  });

  it('keeps a trained weight as most want it, also those behind a reversal', () => {
    const weight = filter(3, 4);
    let next: Value | undefined;
    // The gradient of a filter comes out with its input's channels first; the turned filter is wanted so too.
    const [error, gradient] = [input('error', 2, 4, 8, 9), input('gradient', 3, 4, 3, 3)];
    const graph = graphWith([picture, error, gradient], (b, x, error, gradient) => {
      next = b.op('Sub', [weight, b.transpose(gradient, [2, 3, 0, 1])]);
      const turned = b.transpose(b.reverse(weight, [0, 1]), [2, 3, 0, 1]);
      return [convolve(b, x, weight), b.op('Conv', [error, turned], window)];
    });
    const state: State = { name: 'filter', variable: null as never, gives: 'next', input: weight, output: next!, perm: [0, 1, 2, 3] }; // prettier-ignore
    const moved = move({ ...graph, states: [state] });
    expect(moved.states[0]).toMatchObject({ perm: [2, 3, 0, 1], output: { shape: [3, 4, 3, 3] } });
    // The picture's, the result's and, for the forward pass, the filter's.
    expect(operators(moved).filter((op) => op === 'Transpose')).toHaveLength(3);
  });
});
