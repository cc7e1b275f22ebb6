/**
 * Steps of training, eager and compiled in turn, so that a busy machine slows both: node ours.cjs ROUNDS [NETWORK…]
 * Prints a JSON line for each network: seconds of each step, of the process's CPU time and of the clock.
 */
const { engine, tf, train } = require('convlab');
const { NETWORKS, compiled: compiledModel, examples } = require('./networks.cjs');

async function timed(step) {
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  await step();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1e6, clock: (performance.now() - clock) / 1e3 };
}

async function measure(name, rounds) {
  const network = NETWORKS[name];
  const { batch } = network;
  const [eager, compiled] = [compiledModel(network), compiledModel(network)];
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
