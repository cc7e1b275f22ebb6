/** Trains one of the LeNets as lesson 4 does, and prints its test accuracy: node ours.cjs NET SEED EPOCHS */
const { data, engine, models, tf, train } = require('convlab');

async function main([net, seed, epochs]) {
  await engine.ready();
  const mnist = await data.mnist();
  const model = models[net]({ seed: Number(seed) });
  const optimizer = tf.train.adam(0.001);
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const options = { batchSize: 64, epochs: Number(epochs), seed: Number(seed), progress: 'none' };
  await train.fit(model, mnist.train, options);
  const { loss, accuracy } = await train.evaluate(model, mnist.test);
  console.log(JSON.stringify({ loss, accuracy, source: mnist.train.source }));
}

void main(process.argv.slice(2));
