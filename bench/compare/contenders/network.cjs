/** A workload's network in tfjs, with its starting weights and its batches, for convlab and for stock tfjs-node. */
const { readFileSync } = require('node:fs');
const path = require('node:path');

const read = (folder, name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));

function floats(folder, name) {
  const { buffer, byteOffset, byteLength } = readFileSync(path.join(folder, name));
  // A copy: views of floats begin at multiples of four.
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** The model, compiled where it is to be trained. */
async function loadModel(tf, folder) {
  const spec = read(folder, 'spec.json');
  const model = await tf.models.modelFromJSON(read(folder, 'model.json'));
  const values = floats(folder, 'weights.bin');
  let start = 0;
  const weights = read(folder, 'weights.json').map(({ shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    start += size;
    return tf.tensor(values.subarray(start - size, start), shape);
  });
  model.setWeights(weights);
  tf.dispose(weights);
  if (spec.optimizer) model.compile({ optimizer: optimizer(tf, spec), loss: loss(tf, spec) });
  return { model, spec };
}

function optimizer(tf, { optimizer: { name, learningRate } }) {
  return tf.train[name](learningRate);
}

/** As the lessons say it, all with one-hot labels. */
function loss(tf, { classes, logits }) {
  if (classes === undefined) return 'binaryCrossentropy';
  return logits ? tf.losses.softmaxCrossEntropy : 'categoricalCrossentropy';
}

/** `count` batches as tensors, with one-hot labels where there are labels. */
function batches(tf, folder, { batch, count, classes, inputShape }) {
  const x = floats(folder, 'x.bin');
  const size = x.length / count;
  const { buffer, byteOffset, byteLength } = classes
    ? readFileSync(path.join(folder, 'y.bin'))
    : Buffer.alloc(0);
  const labels = new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return Array.from({ length: count }, (_, i) => {
    const input = tf.tensor(x.slice(i * size, (i + 1) * size), [batch, ...inputShape]);
    const own = labels.slice(i * batch, (i + 1) * batch);
    return {
      x: input,
      y: classes && tf.tidy(() => tf.oneHot(tf.tensor1d(own, 'int32'), classes).cast('float32')),
    };
  });
}

module.exports = { batches, loadModel, read };
