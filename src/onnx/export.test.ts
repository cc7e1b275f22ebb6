import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { relativeError } from '../engine/testing/backends';
import { nameGraph, ortTensor, Session, type Data } from '../graph/index';
import { tracingEngines, useEngine } from '../graph/testing/engines';
import { exportModel, trace } from './index';
import { hasOnnx, judge } from './testing/oracle';
import { examples, fillWeights, randomInputs } from './testing/models';
import { saveGraph } from './write';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'convlab-onnx-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Run a file in onnxruntime. */
async function runFile(file: string, inputs: Record<string, tf.Tensor>): Promise<Record<string, Data>> {
  const session = await Session.open(file);
  const feeds = Object.entries(inputs).map(
    async ([name, x]) => [name, await ortTensor(x.dataSync() as Data, x.shape, 'float32')] as const,
  );
  const results = await session.run(Object.fromEntries(await Promise.all(feeds)));
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Data]));
}

function predict(model: tf.LayersModel, inputs: Record<string, tf.Tensor>): Float32Array[] {
  return tf.tidy(() => {
    const result = model.predict(Object.values(inputs));
    return (Array.isArray(result) ? result : [result]).map((output) => output.dataSync() as Float32Array);
  });
}

/** Everything that the tests write, for ONNX's own verdict in the end. */
const files: string[] = [];

describe.each(tracingEngines)('models exported on %s', (engine) => {
  beforeAll(async () => {
    await useEngine(engine);
  });

  it.each(examples)('give in onnxruntime what the engine gives, for any batch: $name', async ({ build }) => {
    const model = build();
    fillWeights(model);
    const file = path.join(folder, `${engine}-${model.name}.onnx`);
    const before = tf.memory().numTensors;
    const exported = await exportModel(model, file);
    expect(tf.memory().numTensors).toBe(before);
    files.push(file);
    expect(exported).toMatchObject({ files: [file], batch: 'dynamic', bytes: statSync(file).size });
    for (const batch of [1, 4]) {
      const inputs = randomInputs(model, batch);
      const actual = await runFile(file, inputs);
      const expected = predict(model, inputs);
      const errors = expected.map((output, i) =>
        relativeError(Object.values(actual)[i] as Float32Array, output),
      );
      expect(Math.max(...errors)).toBeLessThan(1e-5);
      tf.dispose(inputs);
    }
    model.dispose();
  });
});

describe('exportModel', () => {
  const small = (): tf.LayersModel =>
    tf.sequential({ layers: [tf.layers.dense({ name: 'dense', units: 2, inputShape: [3] })] });

  beforeAll(async () => {
    await useEngine();
  });

  it('names nodes by layers, and transposes nothing between convolutions', async () => {
    const model = examples[0].build();
    const file = path.join(folder, 'names.onnx');
    await exportModel(model, file);
    files.push(file);
    const text = readFileSync(file, 'latin1');
    for (const name of ['conv1/kernel', 'conv2/bias', 'pool2/AveragePool']) expect(text).toContain(name);
    model.dispose();
  });

  it('writes a fixed batch size where it is asked to', async () => {
    const model = small();
    const file = path.join(folder, 'fixed.onnx');
    const exported = await exportModel(model, file, { batch: 2 });
    expect(String(exported)).toMatch(/^fixed\.onnx: 1 operators, 1 kB, batch size 2$/);
    await expect(runFile(file, { dense_input: tf.zeros([3, 3]) })).rejects.toThrow(/Expected: 2/);
    model.dispose();
  });

  it('takes a batch of 1 for a model that works for one size only, unless any is demanded', async () => {
    class Position extends tf.layers.Layer {
      static readonly className = 'Position';
      override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [input] = [x].flat();
        return input.add(tf.range(0, input.shape[0]).reshape([-1, 1]));
      }
    }
    const model = tf.sequential({ layers: [new Position({ name: 'position', inputShape: [2] })] });
    const file = path.join(folder, 'position.onnx');
    expect(await exportModel(model, file)).toMatchObject({ batch: 1 });
    await expect(exportModel(model, file, { batch: 'dynamic' })).rejects.toThrow(
      'The model does not work for every batch size: Add in layer "position" has it built in. ' +
        'Export with a fixed one: { batch: 1 }.',
    );
  });

  it('refuses open axes, saying what to do', async () => {
    const model = tf.sequential({
      layers: [tf.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [null, 5, 1], name: 'any' })],
    });
    await expect(exportModel(model, path.join(folder, 'open.onnx'))).rejects.toThrow(
      /The input any_input of .* has open axes, \[null, null, 5, 1\].*onnx\.trace/,
    );
    await expect(exportModel(small(), 'x.onnx', { batch: 0 })).rejects.toThrow(/whole number from 1.*got 0/);
  });

  it('tells before it starts that a model is too large for the memory', async () => {
    const model = tf.sequential({ name: 'large', layers: [
      tf.layers.conv2d({ name: 'wide', filters: 1000, kernelSize: 1, useBias: false, inputShape: [100, 50, 1] }),
      tf.layers.globalMaxPooling2d({ name: 'most' }),
    ] }); // prettier-ignore
    const file = path.join(folder, 'large.onnx');
    // For a batch of 3: 15,000 pixels and 15 million features, the features twice; 1,000 weights, six times.
    const expected =
      'Exporting large, by a batch of 3, takes about 241 MB, but only 200 MB are free. ' +
      'Export with { batch: 1 }, take a smaller input or model, or end what else holds memory.';
    await expect(exportModel(model, file, { available: 200e6 })).rejects.toThrow(expected);
    await expect(exportModel(model, file, { available: 50e6, batch: 1 })).rejects.toThrow(
      / free\. Take a sm/,
    );
    expect(existsSync(file)).toBe(false);
    expect(await exportModel(model, file, { available: 200e6, batch: 1 })).toMatchObject({ batch: 1 });
    model.dispose();
  });

  it('says when a file cannot be written, and leaves nothing behind', async () => {
    const model = small();
    const missing = path.join(folder, 'no', 'such', 'folder', 'model.onnx');
    await expect(exportModel(model, missing)).rejects.toThrow(`Cannot write ${missing}: ENOENT`);
    expect(existsSync(path.dirname(missing))).toBe(false);
    const taken = path.join(folder, 'taken.onnx');
    const inside = mkdtempSync(path.join(folder, 'folder-'));
    writeFileSync(path.join(inside, 'keep'), '');
    await expect(exportModel(model, inside)).rejects.toMatchObject({ name: 'OnnxFileError', file: inside });
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(existsSync(taken)).toBe(false);
  });
});

describe('saveGraph', () => {
  it('puts weights past the limit into a file of their own', async () => {
    await useEngine();
    const weight = tf.variable(tf.randomUniform([40, 30]), false, 'big/kernel');
    const example = tf.ones([2, 40]);
    const traced = trace((x: tf.Tensor) => tf.matMul(x, weight as unknown as tf.Tensor).add(tf.tensor1d(new Array(30).fill(0).map((_, i) => i))), example); // prettier-ignore
    const file = path.join(folder, 'external.onnx');
    const written = await saveGraph(nameGraph(traced.graph), file, { limit: 1000 });
    expect(written).toEqual([`${file}.data`, file]);
    expect(statSync(file).size).toBeLessThan(1500);
    expect(statSync(`${file}.data`).size).toBe(40 * 30 * 4);
    files.push(file);
    const [expected, actual] = [await traced.run(example), await runFile(file, { input: example })];
    expect([...actual.output]).toEqual([...expected.dataSync()]);
    await traced.dispose();
    tf.dispose([weight, example, expected]);
  });
});

describe.runIf(hasOnnx())("ONNX's own checker and strict shape inference", () => {
  it('accept every file, with the shapes that it gives', async () => {
    expect(files).toHaveLength(tracingEngines.length * examples.length + 2);
    const verdicts = await judge(files);
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ problem: null, wrong: [], missing: [], opset: 18 });
    const names = files.findIndex((file) => file.endsWith('names.onnx'));
    expect(verdicts[names].nodes).toEqual(
      ['conv1/Reshape', 'conv1/Conv', 'conv1/Relu', 'pool1/MaxPool', 'conv2/Conv', 'conv2/Tanh', 'pool2/AveragePool']
        .concat(['flatten/Transpose', 'flatten/Reshape', 'dense1/Gemm', 'dense1/Relu', 'output/Gemm', 'output/Softmax']), // prettier-ignore
    );
  });
});
