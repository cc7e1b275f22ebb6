import type { Batch, BatchOptions, Dataset, LabelMode } from '../../data/dataset';
import { hasNative } from '../../engine/testing/backends';
import { tf } from '../../engine/index';

/** The engines to test on here. */
export const engines = hasNative() ? (['native', 'wasm'] as const) : (['wasm'] as const);

/** scale · sin(k (i + 1)), which every language computes alike. */
export function wave(shape: number[], k: number, scale = 1): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => scale * Math.sin(i * k + k)),
    shape,
  );
}

/** A small network whose weights are waves. */
export function waveModel({ binary = false, l2 = 0 } = {}): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({
        units: binary ? 1 : 3,
        activation: binary ? 'sigmoid' : 'softmax',
        ...(l2 > 0 && { kernelRegularizer: tf.regularizers.l2({ l2 }) }),
      }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => wave(shape, 0.7 + i, 0.3))));
  return model;
}

/** A linear model of two inputs, compiled with SGD; quick to train. */
export function line(learningRate = 0.1): tf.Sequential {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' })],
  });
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'meanSquaredError' });
  return model;
}

/** A data set of numbered examples: x is [number, 1], y its label. It notes what is asked of it. */
export class Numbered implements Dataset {
  readonly inputShape = [2];
  readonly classNames: string[];
  readonly source = 'synthetic';
  /** The options of every pass. */
  readonly passes: BatchOptions[] = [];
  /** The first number of each batch that was made. */
  readonly made: number[] = [];
  /** Passes that were ended before their end. */
  returned = 0;
  /** Stands before the batch of this index, until it resolves. */
  wait: ((batch: number) => Promise<void>) | undefined;

  constructor(
    readonly size: number,
    readonly batchSize: number,
    readonly labelMode: LabelMode = 'binary',
    private readonly label: (i: number) => number = (i) => i % 2,
    classes = 2,
  ) {
    this.classNames = Array.from({ length: classes }, (_, i) => `class ${i}`);
  }

  async *batches(options: BatchOptions = {}): AsyncGenerator<Batch> {
    this.passes.push(options);
    const { batchSize = this.batchSize } = options;
    let finished = false;
    try {
      for (let start = 0; start < this.size; start += batchSize) {
        await this.wait?.(this.made.length);
        const count = Math.min(batchSize, this.size - start);
        const numbers = Array.from({ length: count }, (_, i) => start + i);
        this.made.push(start);
        yield {
          x: tf.tensor2d(numbers.map((i) => [i / this.size, 1])),
          y: tf.tensor1d(numbers.map(this.label)),
        };
      }
      finished = true;
    } finally {
      if (!finished) this.returned++;
    }
  }
}

/** Call `work`, and tell how many tensors it leaves behind. */
export async function tensorsLeftBy(work: () => Promise<unknown>): Promise<number> {
  const before = tf.memory().numTensors;
  await work();
  return tf.memory().numTensors - before;
}
