/** The networks of the lessons, as the benches of steps train them. */
const { models, tf } = require('convlab');

const seed = 1;
const adam = () => tf.train.adam(0.001);
const rmsprop = () => tf.train.rmsprop(0.001);
const softmax = tf.losses.softmaxCrossEntropy;

/** The networks of the lessons, with the batches and optimizers that they have there. */
const NETWORKS = {
  lenet5: { build: () => models.lenet5({ seed }), batch: 64, classes: 10 },
  customLenet: { build: () => models.customLenet({ seed }), batch: 64, classes: 10 },
  mnistConv: { build: () => models.mnistConv({ seed }), batch: 32, classes: 10 },
  horseOrHuman: { build: () => models.horseOrHuman({ seed }), batch: 128, optimizer: rmsprop },
  happyOrSad: { build: () => models.happyOrSad({ seed }), batch: 16, optimizer: rmsprop },
  resnet50: { build: () => models.resnet50({ seed }), batch: 32, classes: 6 },
  denseNet: {
    build: () => denseNet([64, 64, 3], 6, { blocks: [4, 4, 4], growth: 12, initial: 24 }),
    batch: 32,
    classes: 6,
    loss: softmax,
  },
  denseNet3d: {
    build: () => denseNet([24, 24, 24, 1], 2, { blocks: [2, 2], growth: 8, initial: 16 }),
    batch: 16,
    classes: 2,
    loss: softmax,
  },
};

function denseNet(inputShape, classes, options) {
  return models.denseNet({ dimensions: inputShape.length - 1, inputShape, classes, seed, ...options });
}

/** Random pictures, and labels as the loss wants them. */
function examples({ batch, classes, loss }, shape) {
  const x = tf.randomUniform([batch, ...shape], 0, 1, 'float32', 7);
  const labels = Array.from({ length: batch }, (_, i) => i % (classes ?? 2));
  const isSparse = classes !== undefined && loss === undefined;
  const y =
    classes && !isSparse ? tf.oneHot(labels, classes).cast('float32') : tf.tensor2d(labels, [batch, 1]);
  return { x, y };
}

/** A network, compiled to train as its lesson does. */
function compiled({ build, classes, optimizer = adam, loss }) {
  const standard = classes === undefined ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy';
  const model = build();
  model.compile({ optimizer: optimizer(), loss: loss ?? standard, metrics: ['accuracy'] });
  return model;
}

module.exports = { NETWORKS, compiled, examples };
