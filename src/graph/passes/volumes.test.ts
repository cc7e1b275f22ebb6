import { expect, it } from 'vitest';
import type { Builder } from '../builder';
import type { Value } from '../ir';
import { graphWith, input, operators } from '../testing/graphs';
import { optimise } from './index';
import { normaliseVolumes } from './volumes';

const numbers = ['scale', 'offset', 'mean', 'variance'].map((name) => input(name, 6));

/** As batch norm of a picture is lowered. */
function normalised(b: Builder, picture: Value, given: readonly Value[]): Value {
  const normal = b.op('BatchNormalization', [b.transpose(picture, [0, 3, 1, 2]), ...given], {
    epsilon: 1e-3,
  });
  return b.transpose(normal, [0, 2, 3, 1]);
}

it.each([1, 2])('normalises %i volumes without making them pictures', (examples) => {
  const x = input('x', examples, 6, 3, 5, 4);
  const graph = graphWith([x, ...numbers], (b, x, ...given) => {
    const last = b.transpose(x, [0, 2, 3, 4, 1]);
    const normal = b.reshape(normalised(b, b.reshape(last, [examples, 15, 4, 6]), given), last.shape);
    return [b.transpose(b.op('Relu', [normal]), [0, 4, 1, 2, 3])];
  });
  const after = optimise(graph);
  expect(operators(after)).toEqual(['BatchNormalization', 'Relu']);
  expect(after.outputs[0].value.shape).toEqual(x.shape);
});

it('leaves what has its channels elsewhere', () => {
  const graph = graphWith([input('x', 2, 3, 5, 2, 12), ...numbers], (b, x, ...given) => [
    normalised(b, b.reshape(x, [2, 15, 4, 6]), given),
  ]);
  expect(operators(normaliseVolumes(graph))).toEqual(operators(graph));
});
