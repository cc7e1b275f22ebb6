import { expect, it } from 'vitest';
import { graphWith, input, operators } from '../testing/graphs';
import { removeDead } from './dead';
import { removeIdentities } from './identities';
import { normaliseVolumes } from './volumes';

const numbers = ['scale', 'offset', 'mean', 'variance'].map((name) => input(name, 4));

it('normalises a volume without making it a picture', () => {
  const graph = graphWith([input('x', 2, 4, 3, 5, 6), ...numbers], (b, x, ...given) => {
    const normal = b.op('BatchNormalization', [b.reshape(x, [2, 4, 15, 6]), ...given], { epsilon: 1e-3 });
    return [b.op('Relu', [b.reshape(normal, x.shape)])];
  });
  const after = removeDead(removeIdentities(normaliseVolumes(graph)));
  expect(operators(after)).toEqual(['BatchNormalization', 'Relu']);
  expect(after.nodes[0].outputs[0].shape).toEqual([2, 4, 3, 5, 6]);
});

it('leaves what has its channels elsewhere', () => {
  const graph = graphWith([input('x', 2, 3, 4, 5, 6), ...numbers], (b, x, ...given) => [
    b.op('BatchNormalization', [b.reshape(x, [6, 4, 5, 6]), ...given], { epsilon: 1e-3 }),
  ]);
  expect(operators(normaliseVolumes(graph))).toEqual(operators(graph));
});
