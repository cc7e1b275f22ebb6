/** Trains some compiled steps while onnxruntime writes down what each node takes: node ours.cjs NETWORK STEPS PREFIX */
process.env.ORT_DISABLE_TELEMETRY ??= '1';
const { InferenceSession } = require('onnxruntime-node');
const { engine, train } = require('convlab');
const { NETWORKS, compiled, examples } = require('../steps/networks.cjs');

async function main([name, steps, prefix]) {
  const create = InferenceSession.create.bind(InferenceSession);
  InferenceSession.create = (model, options) =>
    create(model, { ...options, enableProfiling: true, profileFilePrefix: prefix });
  const { threads } = await engine.ready();
  const network = NETWORKS[name];
  const model = compiled(network);
  const { x, y } = examples(network, model.inputs[0].shape.slice(1));
  const training = train.compile(model);
  const seconds = [];
  for (let i = 0; i < Number(steps); i++) {
    const began = performance.now();
    await training.trainOnBatch(x, y);
    seconds.push((performance.now() - began) / 1e3);
  }
  await training.dispose();
  console.log(JSON.stringify({ seconds, threads, reason: training.reason, batch: network.batch }));
}

void main(process.argv.slice(2));
