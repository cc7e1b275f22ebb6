import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { relativeError } from '../engine/testing/backends';
import { networks, type Network } from '../engine/testing/networks';
import { seeded } from '../engine/testing/random';
import { traceStep } from './index';
import { tracingEngines, useEngine } from './testing/engines';

const STEPS = 3;

interface Trained {
  logs: number[][];
  weights: Float32Array[];
  moments: Float32Array[];
  iterations: number;
}

/** Build a network with fixed weights, compiled. */
function prepare(network: Network): { model: tf.LayersModel; optimizer: tf.Optimizer; batch: tf.Tensor[] } {
  const model = network.build();
  const optimizer = network.optimizer();
  model.compile({ optimizer, loss: network.loss, metrics: ['accuracy'] });
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map(({ shape }, i) => seeded(shape, i, 0.05, 0.3).mul(i % 2 ? 1 : 0.5)),
    ),
  );
  return { model, optimizer, batch: [seeded(network.x, 99), network.y()] };
}

async function outcome(model: tf.LayersModel, optimizer: tf.Optimizer, logs: number[][]): Promise<Trained> {
  const slots = await optimizer.getWeights();
  const [, ...moments] = slots.map(({ tensor }) => Float32Array.from(tensor.dataSync()));
  const weights = model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
  return { logs, weights, moments, iterations: optimizer.iterations };
}

function joined(parts: Float32Array[]): number[] {
  return parts.flatMap((part) => [...part]);
}

async function eagerly(network: Network): Promise<Trained> {
  const { model, optimizer, batch } = prepare(network);
  const logs: number[][] = [];
  for (let i = 0; i < STEPS; i++) logs.push((await model.trainOnBatch(batch[0], batch[1])) as number[]);
  return outcome(model, optimizer, logs);
}

async function compiled(network: Network): Promise<Trained> {
  const { model, optimizer, batch } = prepare(network);
  const step = await traceStep(model, batch);
  const logs: number[][] = [];
  for (let i = 0; i < STEPS; i++) logs.push(Object.values(await step.run(batch)));
  step.writeBack();
  await step.dispose();
  return outcome(model, optimizer, logs);
}

describe.each(tracingEngines)(
  'traced on %s, a training step in onnxruntime does what the eager one does',
  (engine) => {
    beforeAll(async () => {
      await useEngine(engine);
    });

    it.each(networks)('$name', async (network) => {
      const expected = await eagerly(network);
      const actual = await compiled(network);
      expect(relativeError(actual.logs.flat(), expected.logs.flat())).toBeLessThan(1e-5);
      const errors = expected.weights.map((weight, i) => relativeError(actual.weights[i], weight));
      expect(Math.max(...errors)).toBeLessThan(1e-5);
      // All together: a bias before batch norm has no gradient but noise. Squares of gradients double their error.
      expect(relativeError(joined(actual.moments), joined(expected.moments))).toBeLessThan(5e-5);
      expect(actual.iterations).toBe(expected.iterations);
    });
  },
);
