/**
 * Whether training compiled is training eagerly: node ours.cjs STEPS [NETWORK…]
 * Trains each network eagerly, compiled, and eagerly from weights that are off by about a millionth, all on the same batch,
 * with plain gradient descent and with its own optimizer. Prints a JSON line for each of the two: how far losses and
 * weights are from the eager ones.
 */
const { engine, tf, train } = require('convlab');
const { NETWORKS, compiled, examples } = require('../steps/networks.cjs');

const NUDGE = 1e-6;

/**
 * Rates of gradient descent, else 0.001: powers of ten at which two starts a millionth apart stay together. The gradient of
 * the 50 layers is so large at the start that a rate of 1e-6 parts them.
 */
const RATE = { lenet5: 0.01, customLenet: 0.01, mnistConv: 0.01, resnet50: 1e-7 };

/** At its own batch the one takes 16 GB, the other more than the 4 GB that WebAssembly has. */
const BATCH = { horseOrHuman: 16, happyOrSad: 8 };

/** The losses of some steps, and the weights before and after them. */
async function trained(network, { batch, steps }, { isCompiled = false, nudge = 0 } = {}) {
  const model = compiled(network);
  if (nudge > 0) scale(model, nudge);
  const before = numbers(model);
  const training = isCompiled ? train.compile(model) : undefined;
  const losses = [];
  for (let i = 0; i < steps; i++) {
    const { x, y } = batch;
    losses.push(training ? (await training.trainOnBatch(x, y)).loss : (await model.trainOnBatch(x, y))[0]);
  }
  await training?.dispose();
  if (training?.reason) throw new Error(training.reason);
  const after = numbers(model);
  model.optimizer.dispose();
  model.dispose();
  return { losses, before, after };
}

function scale(model, deviation) {
  tf.tidy(() =>
    model.setWeights(
      model
        .getWeights()
        .map((weight) => weight.mul(tf.randomNormal(weight.shape, 1, deviation, 'float32', 5))),
    ),
  );
}

const numbers = (model) => model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));

/** The least `t` for which all |actual - expected| ≤ t + t · |expected|, as NumPy's `allclose` with atol = rtol = t. */
function closeness(actual, expected) {
  let worst = 0;
  expected.forEach((number, i) => {
    worst = Math.max(worst, Math.abs(actual[i] - number) / (1 + Math.abs(number)));
  });
  return worst;
}

/** How far the weights are apart, as a share of the way that they went (both as L2 norms over all weights). */
function shareOfWay(actual, expected) {
  let [apart, way] = [0, 0];
  expected.after.forEach((weight, k) =>
    weight.forEach((number, i) => {
      apart += (actual.after[k][i] - number) ** 2;
      way += (number - expected.before[k][i]) ** 2;
    }),
  );
  return Math.sqrt(apart / way);
}

function between(actual, expected) {
  return {
    losses: closeness(actual.losses, expected.losses),
    weights: Math.max(...expected.after.map((weight, k) => closeness(actual.after[k], weight))),
    way: shareOfWay(actual, expected),
  };
}

async function compare(network, steps) {
  const probe = compiled(network);
  const work = { batch: examples(network, probe.inputs[0].shape.slice(1)), steps };
  probe.dispose();
  const eager = await trained(network, work);
  const other = await trained(network, work, { isCompiled: true });
  const nudged = await trained(network, work, { nudge: NUDGE });
  tf.dispose(work.batch);
  const { losses } = eager;
  return {
    first: losses[0],
    last: losses.at(-1),
    compiled: between(other, eager),
    nudged: between(nudged, eager),
  };
}

async function main([steps, ...names]) {
  await engine.ready();
  for (const name of names) {
    const own = { ...NETWORKS[name], batch: BATCH[name] ?? NETWORKS[name].batch };
    const rate = RATE[name] ?? 0.001;
    const plain = { ...own, optimizer: () => tf.train.sgd(rate) };
    console.log(JSON.stringify({ name, optimizer: 'sgd', rate, ...(await compare(plain, Number(steps))) }));
    console.log(JSON.stringify({ name, optimizer: 'own', ...(await compare(own, Number(steps))) }));
  }
}

void main(process.argv.slice(2));
