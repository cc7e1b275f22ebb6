import { expect, it } from 'vitest';
import { floatScalar, intList, type Value } from '../ir';
import type { Builder } from '../builder';
import { graphWith, input, operators } from '../testing/graphs';
import { padInWindows } from './padding';
import { removeDead } from './dead';

const x = input('x', 1, 2, 6, 6);
const filter = input('filter', 3, 2, 3, 3);
const window = { strides: [2, 2], kernel_shape: [3, 3], pads: [0, 0, 1, 0] };

function padded(b: Builder, of: Value, pads: readonly number[], value = 0, mode = 'constant'): Value {
  return b.op('Pad', [of, intList(pads), floatScalar(value)], { mode });
}

it('gives zeros around a picture to the convolution that reads it', () => {
  const graph = graphWith([x, filter], (b, x, filter) => [
    b.op('Conv', [padded(b, x, [0, 0, 3, 1, 0, 0, 2, 0]), filter], window),
  ]);
  const after = removeDead(padInWindows(graph));
  expect(operators(after)).toEqual(['Conv']);
  expect(after.nodes[0].attrs.pads).toEqual([3, 1, 3, 0]);
  expect(after.outputs[0].value.shape).toEqual(graph.outputs[0].value.shape);
});

it('gives them to a pooling of what is not below zero', () => {
  const pool = (b: Builder, of: Value) => [
    b.op('MaxPool', [padded(b, of, [0, 0, 1, 1, 0, 0, 1, 2])], window),
  ];
  const after = removeDead(padInWindows(graphWith([x], (b, x) => pool(b, b.op('Relu', [x])))));
  expect(operators(after)).toEqual(['Relu', 'MaxPool']);
  expect(after.nodes[1].attrs.pads).toEqual([1, 1, 2, 2]);
  expect(operators(padInWindows(graphWith([x], (b, x) => pool(b, b.op('Neg', [x])))))).toContain('Pad');
});

it.each([
  ['a window would be all padding', [0, 0, 3, 0, 0, 0, 0, 0], 0, 'constant'],
  ['channels are padded', [0, 1, 0, 0, 0, 0, 0, 0], 0, 'constant'],
  ['a picture is cut', [0, 0, -1, 0, 0, 0, 0, 0], 0, 'constant'],
  ['the padding is no zeros', [0, 0, 1, 0, 0, 0, 0, 0], 1, 'constant'],
  ['it mirrors the picture', [0, 0, 1, 0, 0, 0, 0, 0], 0, 'reflect'],
])('leaves padding where %s', (_, pads, value, mode) => {
  const graph = graphWith([x], (b, x) => [
    b.op('MaxPool', [padded(b, b.op('Relu', [x]), pads, value, mode)], window),
  ]);
  expect(operators(padInWindows(graph))).toEqual(['Relu', 'Pad', 'MaxPool']);
});
