import { tf } from '../../../engine/index';
import type { LabelledPixels } from '../pixels';

interface Examples {
  x: tf.Tensor4D;
  y: tf.Tensor2D;
}

/** Values around 0, pictures halved `halvings` times. */
function examples({ images, labels, shape, classNames }: LabelledPixels, halvings: number): Examples {
  const values = new Float32Array(images);
  return tf.tidy(() => {
    const x = tf.tensor4d(values, [labels.length, ...shape]).div(255);
    const factor = 2 ** halvings;
    const small = halvings > 0 ? tf.avgPool(x as tf.Tensor4D, factor, factor, 'valid') : x;
    const y = tf.oneHot(tf.tensor1d([...labels], 'int32'), classNames.length).toFloat();
    return { x: small as tf.Tensor4D, y: y as tf.Tensor2D };
  });
}

function centred(set: Examples, mean: tf.Tensor): Examples {
  const x = tf.sub<tf.Tensor4D>(set.x, mean);
  set.x.dispose();
  return { x, y: set.y };
}

interface Training {
  layers: tf.layers.Layer[];
  epochs: number;
  batchSize: number;
  rate: number;
}

async function heldOutAccuracy(
  { layers, epochs, batchSize, rate }: Training,
  train: Examples,
  test: Examples,
): Promise<number> {
  const model = tf.sequential({ layers });
  const optimizer = tf.train.adam(rate);
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const quietly = { epochs, batchSize, verbose: 0, shuffle: false };
  await model.fit(train.x, train.y, quietly);
  const scores = model.evaluate(test.x, test.y, { batchSize: 100 }) as tf.Scalar[];
  const [accuracy] = await scores[1].data();
  tf.dispose(scores);
  model.dispose();
  optimizer.dispose();
  return accuracy;
}

let serial = 0;
const seeded = () => tf.initializers.glorotUniform({ seed: ++serial });

function linear(shape: readonly number[], classes: number): tf.layers.Layer[] {
  return [
    tf.layers.flatten({ inputShape: [...shape] }),
    tf.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: seeded() }),
  ];
}

function convolutional(
  shape: readonly number[],
  classes: number,
  filters: readonly number[],
): tf.layers.Layer[] {
  const blocks = filters.flatMap((count, i) => [
    tf.layers.conv2d({
      filters: count,
      kernelSize: 3,
      activation: 'relu',
      kernelInitializer: seeded(),
      ...(i === 0 && { inputShape: [...shape] }),
    }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
  ]);
  const dense = tf.layers.dense({ units: 32, activation: 'relu', kernelInitializer: seeded() });
  const output = tf.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: seeded() });
  return [...blocks, tf.layers.flatten(), dense, output];
}

/**
 * How many of the held-out pictures a softmax regression on the pixels, trained until it has nearly learnt the
 * training pictures by heart, and a small convolutional network tell right.
 */
export async function classify(
  train: LabelledPixels,
  test: LabelledPixels,
  { halvings = 0, filters = [8, 16], epochs = 8 } = {},
): Promise<{ linear: number; convolutional: number }> {
  serial = 0;
  const raw = [examples(train, halvings), examples(test, halvings)];
  const mean = raw[0].x.mean(0, true);
  const [a, b] = raw.map((set) => centred(set, mean));
  const [shape, classes] = [a.x.shape.slice(1), train.classNames.length];
  const regression = {
    layers: linear(shape, classes),
    epochs: 100,
    batchSize: train.labels.length,
    rate: 0.003,
  };
  const network = { layers: convolutional(shape, classes, filters), epochs, batchSize: 32, rate: 0.005 };
  const accuracies = {
    linear: await heldOutAccuracy(regression, a, b),
    convolutional: await heldOutAccuracy(network, a, b),
  };
  tf.dispose([mean, a.x, a.y, b.x, b.y]);
  return accuracies;
}
