/** What one size costs, in a process of its own: node ours.cjs batch|side|data|epochs SIZE. Prints JSON. */
const { readFileSync } = require('node:fs');
const { data, engine, models, tf, train } = require('convlab');

const seed = 1;
const STEPS = 7;

/** Bytes that the process held at most. */
function peak() {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

/** Seconds of each step of a compiled training, without the first, which traces it. */
async function steps(model, batch, classes) {
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'sparseCategoricalCrossentropy' });
  const x = tf.randomUniform([batch, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 7);
  const y = tf.tensor2d(
    Array.from({ length: batch }, (_, i) => i % classes),
    [batch, 1],
  );
  const training = train.compile(model);
  await training.trainOnBatch(x, y);
  const seconds = [];
  for (let i = 0; i < STEPS; i++) {
    const began = performance.now();
    await training.trainOnBatch(x, y);
    seconds.push((performance.now() - began) / 1e3);
  }
  return { seconds, reason: training.reason };
}

/** Seconds, memory and tensors of each epoch on the first digits of MNIST. */
async function epochs(count, size) {
  const { train: digits } = await data.mnist();
  const model = models.mnistConv({ seed });
  model.compile({
    optimizer: tf.train.adam(0.001),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const [memory, tensors, seconds] = [[], [], []];
  let began;
  const callback = {
    onEpochBegin: () => void (began = performance.now()),
    onEpochEnd: () => {
      seconds.push((performance.now() - began) / 1e3);
      memory.push(process.memoryUsage.rss());
      tensors.push(tf.memory().numTensors);
    },
  };
  await train.fit(model, digits.take(size), {
    epochs: count,
    batchSize: 32,
    progress: 'none',
    callbacks: [callback],
  });
  return { seconds, memory, tensors };
}

const KINDS = {
  batch: (size) => steps(models.lenet5({ seed }), size, 10),
  side: (size) => steps(models.resnet50({ inputShape: [size, size, 3] }), 8, 6),
  // The first epoch traces the step.
  data: async (size) => ({ seconds: (await epochs(4, size)).seconds.slice(1) }),
  epochs: (count) => epochs(count, 2048),
};

async function main([kind, size]) {
  await engine.ready();
  const found = await KINDS[kind](Number(size));
  console.log(JSON.stringify({ ...found, peak: peak() }));
}

void main(process.argv.slice(2));
