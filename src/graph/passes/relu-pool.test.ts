import { expect, it } from 'vitest';
import { intList } from '../ir';
import { graphWith, input, operators } from '../testing/graphs';
import { removeDead } from './dead';
import { maskBeforeUnpooling } from './relu-pool';

const window = { strides: [2, 2], kernel_shape: [2, 2], pads: [0, 0, 0, 0] };
const step = { alpha: 2 ** 127, beta: 0 };

it('masks the gradient of a pooled activation before it is spread over the windows', () => {
  const graph = graphWith([input('x', 1, 2, 4, 4), input('dy', 1, 2, 2, 2)], (b, x, dy) => {
    const [, places] = b.all('MaxPool', [x], window);
    const spread = b.op('MaxUnpool', [dy, places, intList(x.shape)], window);
    return [b.op('Mul', [spread, b.op('HardSigmoid', [x], step)])];
  });
  const after = removeDead(maskBeforeUnpooling(graph));
  expect(operators(after)).toEqual(['MaxPool', 'HardSigmoid', 'Mul', 'MaxUnpool']);
  expect(after.nodes[1].inputs[0]).toBe(after.nodes[0].outputs[0]);
});

it('leaves the mask of another tensor where it is', () => {
  const graph = graphWith([input('x', 1, 2, 4, 4), input('dy', 1, 2, 2, 2)], (b, x, dy) => {
    const [, places] = b.all('MaxPool', [b.op('Neg', [x])], window);
    const spread = b.op('MaxUnpool', [dy, places, intList(x.shape)], window);
    return [b.op('Mul', [spread, b.op('HardSigmoid', [x], step)])];
  });
  expect(operators(maskBeforeUnpooling(graph))).toEqual(operators(graph));
});
