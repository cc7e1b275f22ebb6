import type { Batch } from '../data/dataset';
import { tf } from '../engine/index';
import { withLogits } from '../layers/index';
import type { Logs } from './history';

/** What the numbers of {@link trainStep} and {@link testStep} are, in their order. */
export function metricNames(model: tf.LayersModel): string[] {
  return model.metricsNames.map((name) => (name === 'acc' ? 'accuracy' : name));
}

/** The name that a metric of the validation set has: `loss` → `valLoss`. */
export function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** One step of the optimizer; the batch's loss and metrics are those from before it. */
export async function trainStep(model: tf.LayersModel, { x, y }: Batch): Promise<number[]> {
  const values = await model.trainOnBatch(x, y);
  return Array.isArray(values) ? values : [values];
}

/** A batch's loss, with the layers' regularization losses as Keras has it, and metrics; nothing is learned. */
export function testStep(model: tf.LayersModel, { x, y }: Batch): number[] {
  // tfjs's Sequential keeps what `compile` made in the functional model behind it.
  const inner = (model as unknown as { model?: tf.LayersModel }).model ?? model;
  const compute = (): tf.Tensor => {
    const { lossFunctions, metricsTensors } = inner;
    const output = model.apply(x, { training: false }) as tf.Tensor;
    const loss = tf.addN([tf.mean(lossFunctions[0](y, output)), ...model.calculateLosses()]);
    return tf.stack([loss, ...metricsTensors.map(([metric]) => tf.mean(metric(y, output)))]);
  };
  const values = withLogits(inner, () => tf.tidy(compute));
  const numbers = [...values.dataSync<'float32'>()];
  values.dispose();
  return numbers;
}

/** Means of several numbers over examples, from batches of any size. */
export class Means {
  private readonly sums: number[];
  /** How many so far. */
  examples = 0;

  constructor(private readonly names: readonly string[]) {
    this.sums = names.map(() => 0);
  }

  add(values: readonly number[], examples: number): void {
    for (let i = 0; i < this.sums.length; i++) this.sums[i] += values[i] * examples;
    this.examples += examples;
  }

  get logs(): Logs {
    return namedLogs(
      this.names,
      this.sums.map((sum) => sum / this.examples),
    );
  }
}

export function namedLogs(names: readonly string[], values: readonly number[]): Logs {
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as Logs;
}
