import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { counts } from '../engine/testing/backends';
import { seeded } from '../engine/testing/random';
import { traceStep } from './index';
import { tracingEngines, useEngine } from './testing/engines';

function regression(): tf.LayersModel {
  const model = tf.sequential({ layers: [tf.layers.dense({ name: 'line', units: 1, inputShape: [2] })] });
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
  return model;
}

const batch = (seed = 1, size = 4): tf.Tensor[] => [seeded([size, 2], seed), seeded([size, 1], seed + 1)];

describe.each(tracingEngines)('traceStep, on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it('leaves the model and its optimizer as they were, and frees what it made', async () => {
    const model = regression();
    const before = model.getWeights().map((weight) => [...weight.dataSync()]);
    const examples = batch();
    await (await traceStep(model, examples)).dispose();
    const after = counts();
    const step = await traceStep(model, examples);
    await step.run(examples);
    expect(counts()).toEqual(after);
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    expect((model.optimizer as unknown as { iterations: number }).iterations).toBe(0);
    step.writeBack();
    expect(counts()).toEqual(after);
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).not.toEqual(before);
    await step.dispose();
    expect(counts()).toEqual(after);
  });

  it('trains any loss function of any variables', async () => {
    const [slope, fixed] = [
      tf.variable(tf.scalar(0), true, 'slope'),
      tf.variable(tf.scalar(1), false, 'fixed'),
    ];
    const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => x.mul(slope).add(fixed).sub(y).square().mean();
    const x = tf.tensor1d([1, 2, 3]);
    const y = x.mul(2).add(1);
    const step = await traceStep({ loss, optimizer: tf.train.momentum(0.02, 0.5) }, [x, y]);
    expect(step.graph.states.map(({ name }) => name).sort()).toEqual(['fixed', 'slope']);
    const losses: number[] = [];
    for (let i = 0; i < 60; i++) losses.push((await step.run([x, y])).loss);
    expect(losses[0]).toBeCloseTo(56 / 3, 4);
    expect(losses.at(-1)).toBeLessThan(1e-6);
    step.writeBack();
    expect(slope.dataSync()[0]).toBeCloseTo(2, 3);
    expect(fixed.dataSync()[0]).toBe(1);
    await step.dispose();
    tf.dispose([slope, fixed, x, y]);
  });

  it('takes steps one after another, from tensors or arrays', async () => {
    const model = regression();
    const [x, y] = batch();
    const step = await traceStep(model, [x, y]);
    const arrays = [x.dataSync<'float32'>(), y.dataSync<'float32'>()];
    const together = await Promise.all([step.run(arrays), step.run([x, y]), step.run([arrays[0], y])]);
    const eager: unknown[] = [];
    for (let i = 0; i < 3; i++) eager.push(await model.trainOnBatch(x, y));
    together.forEach(({ loss }, i) => expect(loss).toBeCloseTo(eager[i] as number, 5));
    await step.dispose();
  });

  it('takes batches of other sizes, with the same weights', async () => {
    const model = regression();
    const [big, small] = [batch(1, 5), batch(7, 2)];
    const step = await traceStep(model, big);
    for (const each of [big, small, big, small, small, big]) {
      const { loss } = await step.run(each);
      expect(loss).toBeCloseTo((await model.trainOnBatch(each[0], each[1])) as number, 5);
    }
    await step.dispose();
  });

  it('goes on from weights that were changed from outside', async () => {
    const model = regression();
    const [x, y] = batch();
    const step = await traceStep(model, [x, y]);
    const first = await step.run([x, y]);
    await step.run([x, y]);
    // The model still has the weights of the beginning.
    step.reload();
    expect(await step.run([x, y])).toEqual(first);
    await step.dispose();
  });

  it('trains with a new dropout mask in every step', async () => {
    const input = tf.ones([1, 400]);
    const weight = tf.variable(tf.ones([400]), true, 'weight');
    const loss = (x: tf.Tensor): tf.Scalar => tf.dropout(x.mul(weight), 0.5).mean();
    const step = await traceStep({ loss, optimizer: tf.train.sgd(400) }, [input]);
    const before = await step.run([input]);
    step.writeBack();
    const moved = Array.from(weight.dataSync(), (value) => Math.round(value * 1e6) / 1e6);
    // What was dropped has no gradient; what was kept counts twice.
    expect(new Set(moved)).toEqual(new Set([1, -1]));
    const kept = moved.filter((value) => value === -1).length;
    expect(before.loss).toBeCloseTo((2 * kept) / 400, 5);
    const after = await step.run([input]);
    expect(after.loss).not.toBeCloseTo(before.loss, 5);
    await step.dispose();
    tf.dispose([input, weight]);
  });
});

describe('traceStep refuses', () => {
  beforeAll(() => useEngine());

  it('a model that is not compiled', async () => {
    const model = tf.sequential({ name: 'raw', layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    await expect(traceStep(model, batch())).rejects.toThrow(
      'The model raw is not compiled. Call model.compile({ optimizer, loss }) first.',
    );
  });

  it('batches that do not fit the model', async () => {
    const model = regression();
    const [x, y] = batch();
    await expect(traceStep(model, [x])).rejects.toThrow(
      /^A batch of sequential_\d+ is \[line_input, line_target\], got 1 tensors/,
    );
    const failed = /^The traced function failed on the example float32 \[4, 3\], float32 \[4, 1\]: /;
    await expect(traceStep(model, [tf.ones([4, 3]), y])).rejects.toThrow(failed);
    const step = await traceStep(model, [x, y]);
    await expect(step.run([tf.ones([4, 3]), y])).rejects.toThrow(failed);
    const expected = /^Expected a batch of line_input float32 \[4, 2\], line_target float32 \[4, 1\], got /;
    await expect(step.run([x])).rejects.toThrow(expected);
    await expect(step.run([new Float32Array(7), y])).rejects.toThrow(
      /got Float32Array of 7, float32 \[4, 1\]/,
    );
    await expect(step.run([new Int32Array(8), y])).rejects.toThrow(expected);
    // A refused batch is no step.
    expect((await step.run([x, y])).loss).toBeCloseTo((await model.trainOnBatch(x, y)) as number, 5);
    await step.dispose();
  });

  it('a loss that reads values, and restores the variables', async () => {
    const weight = tf.variable(tf.scalar(2), true, 'watched');
    const x = tf.scalar(1);
    const loss = (x: tf.Tensor): tf.Scalar => {
      weight.assign(weight.mul(2));
      return x.mul<tf.Scalar>(weight.dataSync()[0]);
    };
    const optimizer = tf.train.sgd(1);
    const before = counts();
    await expect(traceStep({ loss, optimizer }, [x])).rejects.toThrow(/reads a tensor's values/);
    expect(weight.dataSync()[0]).toBe(2);
    expect(counts()).toEqual(before);
    tf.dispose([weight, x]);
  });

  it('a kernel without lowering in a layer', async () => {
    class Products extends tf.layers.Layer {
      static readonly className = 'StepProducts';
      override computeOutputShape(): tf.Shape {
        return [null, 1];
      }
      override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.prod([x].flat()[0], 1, true);
      }
    }
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [2] }), new Products({ name: 'products' })],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await expect(traceStep(model, batch())).rejects.toThrow(
      /^The kernel Cumprod, called by layer "products\/gradient"/,
    );
  });
});
