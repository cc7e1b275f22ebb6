/** Trains ResNet50 on SIGNS as lesson 7 does, and prints its test accuracy: node ours.cjs SEED EPOCHS [STEPS] */
const { data, engine, models, random, tf, train } = require('convlab');

async function main([seed, epochs, steps]) {
  await engine.ready();
  const signs = await data.signs();
  // Every kernel begins with the same stream, as in the course, whose seed is 0.
  const model = models.resnet50({ kernelInitializer: random.glorotUniform({ seed: Number(seed) }) });
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const options = { batchSize: 32, epochs: Number(epochs), seed: Number(seed), progress: 'none' };
  const best = train.checkpoint({ monitor: 'loss' });
  const falling = {
    onEpochBegin(epoch, run) {
      if (epoch >= 2)
        run.learningRate = 0.0005 * (1 + Math.cos((Math.PI * (epoch - 2)) / (options.epochs - 2)));
    },
  };
  const limit = steps === undefined ? {} : { stepsPerEpoch: Number(steps) };
  const began = performance.now();
  await train.fit(model, signs.train, { ...options, ...limit, callbacks: [falling, best] });
  await train.updateBatchNorm(model, signs.train, { batchSize: 32, seed: Number(seed) });
  const seconds = (performance.now() - began) / 1000;
  const { loss, accuracy } = await train.evaluate(model, signs.test);
  console.log(JSON.stringify({ loss, accuracy, seconds, source: signs.source }));
}

void main(process.argv.slice(2));
