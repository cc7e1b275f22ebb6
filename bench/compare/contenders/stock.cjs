/** tfjs-node as it comes, with nothing of convlab but the functions that newer versions of Node lack: node stock.cjs FOLDER KIND */
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const { readFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { restoreRemovedUtil } = require('../../../dist/engine/native/compat.js');
restoreRemovedUtil();
const tf = require('@tensorflow/tfjs-node-gpu');
const { batches, loadModel, read } = require('./network.cjs');
const { serve } = require('./serve.cjs');

const KINDS = {
  async step(folder) {
    const { model, spec } = await loadModel(tf, folder);
    const all = batches(tf, folder, spec);
    return (i) => {
      const { x, y } = all[i % all.length];
      return model.trainOnBatch(x, y);
    };
  },

  /** Files through tfjs-node's own decoder and `fitDataset`; decoded bytes are kept after the first epoch. */
  async epoch(folder) {
    const { model, spec } = await loadModel(tf, folder);
    const { files, labels } = read(folder, 'files.json');
    const kept = [];
    const examples = function* () {
      for (const [i, file] of files.entries()) {
        kept[i] ??= tf.node.decodePng(readFileSync(path.join(folder, 'pictures', file)), 3);
        yield { xs: tf.tidy(() => kept[i].cast('float32').div(255)), ys: tf.tensor1d([labels[i]]) };
      }
    };
    const set = tf.data.generator(examples).batch(spec.batch);
    return async () => (await model.fitDataset(set, { epochs: 1, verbose: 0 })).history.loss[0];
  },

  async forward(folder) {
    const { model, spec } = await loadModel(tf, folder);
    const [{ x }] = batches(tf, folder, spec);
    return () => [...tf.tidy(() => model.predict(x).dataSync())].slice(0, 16);
  },

  /** The same pixels by the engine's operators. */
  async filter(folder) {
    const { width, height, kernel } = read(folder, 'spec.json');
    const pixels = new Uint8Array(readFileSync(path.join(folder, 'x.bin')));
    // The course reads its filters by columns.
    const filter = tf.tensor2d(kernel).transpose().reshape([3, 3, 1, 1]);
    const border = tf.tidy(() =>
      tf.pad(
        tf.zeros([1, height - 2, width - 2, 1]),
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        1,
      ),
    );
    return () =>
      tf.tidy(() => {
        const image = tf.tensor4d(Float32Array.from(pixels), [1, height, width, 1]);
        const inner = tf.conv2d(image, filter, 1, 'same').clipByValue(0, 255);
        const sums = inner.mul(tf.sub(1, border)).add(image.mul(border));
        const pooled = Uint8Array.from(tf.maxPool(sums, 2, 2, 'valid').dataSync());
        return pooled.reduce((a, b) => a + b) / pooled.length;
      });
  },
};

async function main([folder, kind]) {
  await serve(async () => {
    await tf.ready();
    const about = { threads: os.availableParallelism(), version: tf.version['tfjs-core'] };
    return { work: await KINDS[kind](folder), about };
  });
}

void main(process.argv.slice(2));
