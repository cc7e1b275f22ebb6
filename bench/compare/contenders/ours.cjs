/** convlab at a workload: node ours.cjs FOLDER KIND, with CONVLAB_ENGINE. */
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { engine, filters, GreyImage, models, tf, train, weights } = require('convlab');
const { batches, loadModel, read } = require('./network.cjs');
const { epochOf } = require('./pictures.cjs');
const { serve } = require('./serve.cjs');

const KINDS = {
  /** A step of training, compiled as `train.fit` compiles long trainings. */
  async step(folder) {
    const { model, spec } = await loadModel(tf, folder);
    const all = batches(tf, folder, spec);
    const training = train.compile(model);
    return async (i) => {
      const { x, y } = all[i % all.length];
      return (await training.trainOnBatch(x, y)).loss;
    };
  },

  /** One `train.fit` over many epochs, which waits after each until the next is asked for. */
  async epoch(folder) {
    const { model } = await loadModel(tf, folder);
    const turns = new Turns();
    const callback = {
      onEpochBegin: () => turns.asked(),
      onEpochEnd: (epoch, { loss }) => turns.done(loss),
    };
    const pictures = await epochOf(path.join(folder, 'pictures'));
    const options = { epochs: 1000, shuffle: false, progress: 'none', callbacks: [callback] };
    train.fit(model, pictures, options).catch((error) => turns.fail(error));
    return () => turns.next();
  },

  async forward(folder) {
    const { model, spec } = await loadModel(tf, folder);
    const [{ x }] = batches(tf, folder, spec);
    return async () => {
      const y = await models.predict(model, x, { log: () => undefined });
      const values = [...y.dataSync()];
      y.dispose();
      return values.slice(0, 16);
    };
  },

  async filter(folder) {
    const { width, height, kernel } = read(folder, 'spec.json');
    const image = new GreyImage(width, height, new Uint8Array(readFileSync(path.join(folder, 'x.bin'))));
    return () => filters.maxPool(filters.convolve(image, kernel)).mean();
  },

  async load(folder) {
    return async () => {
      const model = await weights.loadKeras(path.join(folder, 'model.h5'));
      const { length } = model.weights;
      model.dispose();
      return length;
    };
  },

  async product(folder) {
    const { size } = read(folder, 'spec.json');
    const [a, b] = [7, 8].map((seed) => tf.randomUniform([size, size], 0, 1, 'float32', seed));
    return () => {
      const c = tf.matMul(a, b);
      c.dataSync();
      c.dispose();
      return [];
    };
  },
};

/** Hands work over between who asks for it and a loop that does it. */
class Turns {
  #ask = resolvers();
  #answer = resolvers();

  /** Asks for a turn, and waits for what it gives. */
  next() {
    this.#answer = resolvers();
    this.#ask.resolve();
    return this.#answer.promise;
  }

  /** Waits until a turn is asked for. */
  async asked() {
    await this.#ask.promise;
    this.#ask = resolvers();
  }

  done(value) {
    this.#answer.resolve(value);
  }

  fail(error) {
    this.#answer.reject(error);
  }
}

function resolvers() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

async function main([folder, kind]) {
  await serve(async () => {
    const { threads, version } = await engine.ready();
    return { work: await KINDS[kind](folder), about: { threads, version } };
  });
}

void main(process.argv.slice(2));
