/**
 * Steps of training, eager and compiled in turn, so that a busy machine slows both: node ours.cjs ROUNDS [NETWORK…]
 * Prints a JSON line for each network: seconds of each step, of the process's CPU time and of the clock.
 */
const { engine, models, tf, train } = require('convlab');

const seed = 1;
const NETWORKS = {
  lenet5: { build: () => models.lenet5({ seed }), batch: 64, classes: 10 },
  mnistConv: { build: () => models.mnistConv({ seed }), batch: 32, classes: 10 },
  resnet50: { build: () => models.resnet50(), batch: 32, classes: 6 },
  denseNet: {
    build: () =>
      models.denseNet({
        blocks: [2, 4, 4, 2],
        growth: 16,
        initial: 32,
        classes: 6,
        seed,
        inputShape: [64, 64, 3],
      }),
    batch: 32,
    classes: 6,
  },
};

async function timed(step) {
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  await step();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1e6, clock: (performance.now() - clock) / 1e3 };
}

async function measure(name, rounds) {
  const { build, batch, classes } = NETWORKS[name];
  const [eager, compiled] = [build(), build()];
  for (const model of [eager, compiled]) {
    model.compile({ optimizer: tf.train.adam(), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  }
  const x = tf.randomUniform([batch, ...eager.inputs[0].shape.slice(1)], 0, 1, 'float32', 7);
  const labels = tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % classes),
    'int32',
  );
  const y = tf.oneHot(labels, classes).cast('float32');
  const training = train.compile(compiled);
  const first = await timed(() => training.trainOnBatch(x, y));
  await eager.trainOnBatch(x, y);
  const rows = { eager: [], compiled: [] };
  for (let i = 0; i < rounds; i++) {
    rows.eager.push(await timed(() => eager.trainOnBatch(x, y)));
    rows.compiled.push(await timed(() => training.trainOnBatch(x, y)));
  }
  await training.dispose();
  return { name, batch, reason: training.reason, first, ...rows };
}

async function main([rounds, ...names]) {
  const { name: on, threads } = await engine.ready();
  for (const name of names.length > 0 ? names : Object.keys(NETWORKS)) {
    console.log(JSON.stringify({ engine: on, threads, ...(await measure(name, Number(rounds))) }));
  }
}

void main(process.argv.slice(2));
