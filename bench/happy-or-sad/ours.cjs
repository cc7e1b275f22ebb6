/** Trains as lesson 6 does, and prints the accuracy of each epoch: node ours.cjs SEED EPOCHS */
const { data, engine, models, tf, train } = require('convlab');

async function main([seed, epochs]) {
  await engine.ready();
  const { train: faces, source } = await data.happyOrSad({ size: [300, 300], batch: 16, seed: 1 });
  if (source === 'synthetic') throw new Error('this bench wants the published pictures');
  const model = models.happyOrSad({ seed: Number(seed) });
  const optimizer = tf.train.rmsprop(0.001);
  model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  const history = await train.fit(model, faces, {
    epochs: Number(epochs),
    stepsPerEpoch: 5,
    seed: 1,
    progress: 'none',
    callbacks: [train.stopAtAccuracy(0.999)],
  });
  console.log(JSON.stringify(history.metrics.accuracy));
}

void main(process.argv.slice(2));
