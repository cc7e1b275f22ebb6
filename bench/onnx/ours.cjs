/**
 * Exports the lessons' networks and runs them in onnxruntime, then takes a training step of each eagerly and traced.
 * Prints a JSON line for each network: node ours.cjs FOLDER [NETWORK…]
 */
const path = require('node:path');
const { InferenceSession, Tensor } = require('onnxruntime-node');
const { engine, graph, models, onnx, tf } = require('convlab');

const seed = 1;
const small = { blocks: [2, 2], growth: 8, initial: 8, classes: 4, seed };
const NETWORKS = {
  mnistConv: () => models.mnistConv({ seed }),
  lenet5: () => models.lenet5({ seed }),
  customLenet: () => models.customLenet({ seed }),
  horseOrHuman: () => models.horseOrHuman({ seed }),
  happyOrSad: () => models.happyOrSad({ seed, inputShape: [150, 150, 3] }),
  resnet50: () => models.resnet50(),
  denseNet121: () => models.denseNet121({ seed, dimensions: 2 }),
  'denseNet in 3-D': () => models.denseNet({ ...small, dimensions: 3, inputShape: [32, 32, 32, 1] }),
};

/** The largest difference, relative to the largest expected value. */
function difference(actual, expected) {
  let [largest, apart] = [0, 0];
  expected.forEach((values, i) =>
    values.forEach((value, k) => {
      largest = Math.max(largest, Math.abs(value));
      apart = Math.max(apart, Math.abs(value - actual[i][k]));
    }),
  );
  return apart / largest;
}

async function prediction(model, x, file) {
  const exported = await onnx.exportModel(model, file);
  const session = await InferenceSession.create(file);
  const feeds = { [session.inputNames[0]]: new Tensor('float32', x.dataSync(), x.shape) };
  const results = await session.run(feeds);
  await session.release();
  const expected = tf.tidy(() => model.predict(x).dataSync());
  const { operators, bytes, batch } = exported;
  return { operators, bytes, batch, output: difference([results[session.outputNames[0]].data], [expected]) };
}

/**
 * A step of gradient descent: the model trains in onnxruntime, goes back, and trains eagerly. With a learning rate of 1
 * the weights move by their gradients.
 */
async function trainingStep(model, x) {
  model.compile({ optimizer: tf.train.sgd(1), loss: 'meanSquaredError' });
  const y = tf.randomUniform([x.shape[0], ...model.outputs[0].shape.slice(1)], 0, 10, 'float32', 8);
  const before = model.getWeights().map((weight) => weight.clone());
  const moves = () =>
    model.getWeights().map((weight, i) => tf.tidy(() => tf.sub(before[i], weight).dataSync().slice()));
  const step = await graph.traceStep(model, [x, y]);
  const { loss } = await step.run([x, y]);
  step.writeBack();
  const { length } = step.graph.nodes;
  await step.dispose();
  const traced = moves();
  model.setWeights(before);
  const expected = await model.trainOnBatch(x, y);
  const eager = moves();
  tf.dispose([y, before]);
  return { nodes: length, loss: difference([[loss]], [[expected]]), gradients: difference(traced, eager) };
}

async function main([folder, ...names]) {
  const { name: on } = await engine.ready();
  for (const name of names.length > 0 ? names : Object.keys(NETWORKS)) {
    const model = NETWORKS[name]();
    const x = tf.randomUniform([2, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 7);
    const file = path.join(folder, 'model.onnx');
    const [predicted, trained] = [await prediction(model, x, file), await trainingStep(model, x)];
    console.log(JSON.stringify({ engine: on, name, file, ...predicted, ...trained }));
    x.dispose();
    model.dispose();
    // The file is there until it has been looked at.
    await new Promise((resolve) => process.stdin.once('data', resolve));
  }
  process.stdin.destroy();
}

void main(process.argv.slice(2));
