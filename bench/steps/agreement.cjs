/**
 * Whether training compiled is training eagerly: node agreement.cjs STEPS (own | sgd) [NETWORK…]
 * Trains each network eagerly, compiled, and eagerly from weights that are off by about a millionth, all on the same batch.
 * Prints a JSON line for each: how far losses and weights are from the eager ones, relative to the largest of each.
 */
const { engine, tf, train } = require('convlab');
const { NETWORKS, compiled, examples } = require('./networks.cjs');

const NUDGE = 1e-6;

/** Instead of a network's own: gradient descent keeps small differences small, Adam and RMSprop divide by the gradient. */
const OPTIMIZERS = { sgd: () => tf.train.sgd(0.001) };

/** The losses of some steps, and the weights after them. */
async function trained(network, { batch, steps }, { isCompiled = false, nudge = 0 } = {}) {
  const model = compiled(network);
  if (nudge > 0)
    tf.tidy(() =>
      model.setWeights(
        model.getWeights().map((weight) => weight.mul(tf.randomNormal(weight.shape, 1, nudge, 'float32', 5))),
      ),
    );
  const training = isCompiled ? train.compile(model) : undefined;
  const losses = [];
  for (let i = 0; i < steps; i++) {
    const { x, y } = batch;
    losses.push(training ? (await training.trainOnBatch(x, y)).loss : (await model.trainOnBatch(x, y))[0]);
  }
  await training?.dispose();
  if (training?.reason) throw new Error(training.reason);
  const weights = model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
  model.optimizer.dispose();
  model.dispose();
  return { losses, weights };
}

/** The largest difference, relative to the largest number. */
function distance(actual, expected) {
  let [difference, largest] = [0, 0];
  expected.forEach((number, i) => {
    difference = Math.max(difference, Math.abs(actual[i] - number));
    largest = Math.max(largest, Math.abs(number));
  });
  return largest === 0 ? difference : difference / largest;
}

function between(actual, expected) {
  const weights = expected.weights.map((weight, i) => distance(actual.weights[i], weight));
  return { losses: distance(actual.losses, expected.losses), weights: Math.max(...weights) };
}

async function main([steps, optimizer, ...names]) {
  const { name: on } = await engine.ready();
  for (const name of names) {
    const network =
      optimizer === 'own' ? NETWORKS[name] : { ...NETWORKS[name], optimizer: OPTIMIZERS[optimizer] };
    const probe = compiled(network);
    const work = { batch: examples(network, probe.inputs[0].shape.slice(1)), steps: Number(steps) };
    probe.dispose();
    const [eager, other, nudged] = [
      await trained(network, work),
      await trained(network, work, { isCompiled: true }),
      await trained(network, work, { nudge: NUDGE }),
    ];
    tf.dispose(work.batch);
    console.log(
      JSON.stringify({ engine: on, name, compiled: between(other, eager), nudged: between(nudged, eager) }),
    );
  }
}

void main(process.argv.slice(2));
