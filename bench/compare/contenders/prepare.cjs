/**
 * Writes what all contenders of a workload read, so that they begin with the same weights and see the same batches:
 * node prepare.cjs FOLDER WORKLOAD
 *
 * spec.json says what is there; model.json and weights.bin are tfjs's, model.h5 is Keras', weights.json names the
 * weights in their order; x.bin and y.bin hold the batches as float32 and as int32 class numbers.
 */
const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { data, engine, models, tf, weights } = require('convlab');
const { epochOf } = require('./pictures.cjs');

const seed = 1;
const adam = { name: 'adam', learningRate: 0.001 };
// Each of Adam's steps magnifies rounding in networks with batch norm; smaller ones do it less.
const slowAdam = { name: 'adam', learningRate: 0.0001 };
const rmsprop = { name: 'rmsprop', learningRate: 0.001 };
const smallDenseNet = {
  dimensions: 2,
  inputShape: [64, 64, 3],
  classes: 6,
  blocks: [4, 4, 4],
  growth: 12,
  initial: 24,
};
const cube = { dimensions: 3, seed };

const WORKLOADS = {
  lenet5: (folder) => training(folder, models.lenet5({ seed }), data.mnist, { batch: 64, count: 8 }),
  mnistConv: (folder) => training(folder, models.mnistConv({ seed }), data.mnist, { batch: 32, count: 8 }),
  resnet50: (folder) =>
    training(folder, calmResnet(), data.signs, { batch: 32, count: 4, optimizer: slowAdam }),
  denseNetSigns: (folder) =>
    training(folder, models.denseNet({ ...smallDenseNet, seed }), data.signs, {
      batch: 32,
      count: 4,
      logits: true,
      optimizer: slowAdam,
    }),
  horseOrHuman: pictures,
  denseNet121x1: (folder) => forward(folder, models.denseNet121({ dimensions: 2, seed }), 1),
  denseNet121x8: (folder) => forward(folder, models.denseNet121({ dimensions: 2, seed }), 8),
  denseNet3d: (folder) => forward(folder, models.denseNet121(cube), 1),
  keras: (folder) => network(folder, models.resnet50(), {}),
  filter: grey,
  product: (folder) => write(folder, 'spec.json', JSON.stringify({ size: 1024 })),
};

/**
 * With a head of a tenth of its first weights. The course's give some pictures probabilities below 1e-7, which the loss
 * of tfjs clips, as that of Keras 2 did; Keras 3 and PyTorch compute it from what comes before the softmax.
 */
function calmResnet() {
  const model = models.resnet50();
  const head = model.layers.at(-1);
  const [kernel, bias] = head.getWeights();
  tf.tidy(() => head.setWeights([kernel.mul(0.1), bias]));
  return model;
}

function write(folder, name, content) {
  writeFileSync(path.join(folder, name), content);
}

/** The model, and what there is to know about it. */
async function network(folder, model, spec) {
  write(folder, 'model.json', JSON.stringify(model.toJSON(undefined, false)));
  const named = model.weights.map(({ originalName, shape }) => ({ name: originalName, shape }));
  write(folder, 'weights.json', JSON.stringify(named));
  write(folder, 'weights.bin', Buffer.concat(model.getWeights().map((weight) => bytesOf(weight.dataSync()))));
  // Keras cannot build volumes' layers from the file, and is not asked to.
  if (model.inputs[0].rank === 4) await weights.saveKeras(model, path.join(folder, 'model.h5'));
  const multiplyAdds = models.multiplyAdds(model);
  const about = { network: model.name, inputShape: model.inputs[0].shape.slice(1), multiplyAdds };
  write(folder, 'spec.json', JSON.stringify({ ...about, ...spec }));
}

const bytesOf = ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength);

/** The first pictures of a data set. */
async function training(folder, model, load, { batch, count, logits = false, optimizer = adam }) {
  const { train, source } = await load();
  // SIGNS' files are in no order; MNIST's neither.
  const set = train.take(batch * count);
  const { x, y } = set.tensors();
  write(folder, 'x.bin', bytesOf(x.dataSync()));
  write(folder, 'y.bin', bytesOf(Int32Array.from(set.labels)));
  tf.dispose([x, y]);
  const classes = train.classNames.length;
  await network(folder, model, { batch, count, classes, logits, source, optimizer });
}

/** All pictures as PNG files of the published size, and in which order they are read: mixed, 8 whole batches. */
async function pictures(folder) {
  const { node } = require('@tensorflow/tfjs-node-gpu');
  const { train, source } = await data.horseOrHuman({ shuffle: false });
  const root = path.join(folder, 'pictures');
  for (const name of train.classNames) mkdirSync(path.join(root, name), { recursive: true });
  for (const [i, file] of train.files.entries()) {
    const { data: pixels, width, height } = await train.image(i);
    const image = tf.tensor3d(pixels, [height, width, 3], 'int32');
    // By the engine, which does not take the time to make the files small.
    const png = await node.encodePng(image);
    image.dispose();
    write(path.join(root, ...file.split('/').slice(-2, -1)), path.basename(file), png);
  }
  const { files, labels } = await epochOf(root);
  write(folder, 'files.json', JSON.stringify({ files, labels }));
  const spec = { batch: 128, count: files.length, source, optimizer: rmsprop };
  await network(folder, models.horseOrHuman({ seed }), spec);
}

/** A forward pass: noise in the place of pictures, which cost the same. */
async function forward(folder, model, batch) {
  const shape = model.inputs[0].shape.slice(1);
  const x = tf.randomUniform([batch, ...shape], 0, 1, 'float32', 7);
  write(folder, 'x.bin', bytesOf(x.dataSync()));
  x.dispose();
  await network(folder, model, { batch, count: 1 });
}

async function grey(folder) {
  const ascent = await data.ascent();
  write(folder, 'x.bin', ascent.data);
  const { width, height, source } = ascent;
  write(
    folder,
    'spec.json',
    JSON.stringify({
      width,
      height,
      source,
      kernel: [
        [-1, -2, -1],
        [0, 0, 0],
        [1, 2, 1],
      ],
    }),
  );
}

async function main([folder, workload]) {
  await engine.ready();
  await WORKLOADS[workload](folder);
}

void main(process.argv.slice(2));
