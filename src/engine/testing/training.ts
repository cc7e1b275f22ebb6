import { tf } from '../tf';
import { counts } from './backends';
import type { Network } from './networks';
import { seeded } from './random';

/** What training left behind. */
export interface Trained {
  losses: number[];
  accuracies: number[];
  /** Every weight of the network, one after another. */
  weights: Float32Array[];
  /** Tensors and backend data that the last step added. */
  leaked: { tensors: number; data: number };
}

/** Train a network for some steps on one batch, from weights that are the same on every engine. */
export async function train(backend: string, network: Network, steps = 3): Promise<Trained> {
  await tf.setBackend(backend);
  const model = network.build();
  const optimizer = network.optimizer();
  model.compile({ optimizer, loss: network.loss, metrics: ['accuracy'] });
  setWeights(model);
  const x = seeded(network.x, 99);
  const y = network.y();
  const losses: number[] = [];
  const accuracies: number[] = [];
  let leaked = { tensors: 0, data: 0 };
  for (let step = 0; step < steps; step++) {
    const before = counts();
    const [loss, accuracy] = (await model.trainOnBatch(x, y)) as number[];
    losses.push(loss);
    accuracies.push(accuracy);
    const after = counts();
    leaked = { tensors: after.tensors - before.tensors, data: after.data - before.data };
  }
  const weights = model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
  model.dispose();
  optimizer.dispose();
  tf.dispose([x, y]);
  return { losses, accuracies, weights, leaked };
}

function setWeights(model: tf.LayersModel): void {
  tf.tidy(() => {
    // Positive, because a moving variance is among them; centred again by the seeds' spread.
    const values = model.getWeights().map(({ shape }, i) => {
      const bound = shape.length > 1 ? Math.sqrt(6 / tf.util.sizeFromShape(shape.slice(0, -1))) : 0;
      return bound === 0 ? seeded(shape, i, 0.1, 1) : seeded(shape, i, -bound, bound);
    });
    model.setWeights(values);
  });
}
