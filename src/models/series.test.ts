import { beforeAll, expect, it } from 'vitest';
import { ready, tf } from '../engine/index';
import { seriesOf } from './series';

beforeAll(async () => {
  await ready();
});

class Own extends tf.layers.Layer {
  static readonly className = 'Own';
}

const dense = () => tf.layers.dense({ units: 2, inputShape: [3] });
const wide = () =>
  tf.layers.conv2d({
    filters: 512,
    kernelSize: 15,
    padding: 'same',
    inputShape: [256, 256, 16],
    useBias: false,
  });
const counting = () => tf.layers.simpleRNN({ units: 2, stateful: true, batchInputShape: [1, 4, 3] });

it.each([
  ['the third batch', [dense()], [1, 3], 3, undefined, true],
  ['the second', [dense()], [1, 3], 2, undefined, false],
  ['the first, if it is wanted', [dense()], [1, 3], 1, true, true],
  ['the third, if it is not wanted', [dense()], [1, 3], 3, false, false],
  ['the first of a large pass', [wide()], [1, 256, 256, 16], 1, undefined, true],
  ["what a layer of the user's does", [dense(), new Own()], [1, 3], 3, undefined, false],
  ['what depends on the batches before', [counting()], [1, 4, 3], 3, undefined, false],
] as const)('is to compile for %s: %#', (_, layers, shape, count, wanted, expected) => {
  const model = tf.sequential({ layers: [...layers] });
  const batches = { x: tf.zeros([...shape]), size: 1 };
  const series = seriesOf(model, batches);
  for (let i = 1; i < count; i++) {
    series.count(batches);
    expect(seriesOf(model, batches)).toBe(series);
  }
  expect(series.isToCompile(model, batches, wanted)).toBe(expected);
  batches.x.dispose();
  model.dispose();
});
