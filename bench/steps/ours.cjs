/**
 * Steps of training, eager and compiled in turn, so that a busy machine slows both: node ours.cjs ROUNDS [NETWORK…]
 * Prints a JSON line for each network: seconds of each step, of the process's CPU time and of the clock.
 */
const { engine, models, tf, train } = require('convlab');

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

async function timed(step) {
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  await step();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1e6, clock: (performance.now() - clock) / 1e3 };
}

async function measure(name, rounds) {
  const network = NETWORKS[name];
  const { build, batch, classes, optimizer = adam } = network;
  const standard = classes === undefined ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy';
  const [eager, compiled] = [build(), build()];
  for (const model of [eager, compiled]) {
    model.compile({ optimizer: optimizer(), loss: network.loss ?? standard, metrics: ['accuracy'] });
  }
  const { x, y } = examples(network, eager.inputs[0].shape.slice(1));
  const training = train.compile(compiled);
  await eager.trainOnBatch(x, y);
  const first = await timed(() => training.trainOnBatch(x, y));
  const rows = { eager: [], compiled: [] };
  for (let i = 0; i < rounds; i++) {
    rows.eager.push(await timed(() => eager.trainOnBatch(x, y)));
    rows.compiled.push(await timed(() => training.trainOnBatch(x, y)));
  }
  await training.dispose();
  for (const model of [eager, compiled]) {
    model.optimizer.dispose();
    model.dispose();
  }
  tf.dispose([x, y]);
  return { name, batch, reason: training.reason, first, ...rows };
}

async function main([rounds, ...names]) {
  const { name: on, threads } = await engine.ready();
  for (const name of names.length > 0 ? names : Object.keys(NETWORKS)) {
    console.log(JSON.stringify({ engine: on, threads, ...(await measure(name, Number(rounds))) }));
  }
}

void main(process.argv.slice(2));
