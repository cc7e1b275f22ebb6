import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { counts } from '../engine/testing/backends';
import { tracingEngines, useEngine } from '../graph/testing/engines';
import { trace } from './index';

describe.each(tracingEngines)('trace, on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it('takes and gives one tensor, lists, and tensors by name', async () => {
    const [a, b] = [tf.tensor1d([1, 2, 3]), tf.scalar(10)];
    const one = trace((x: tf.Tensor) => x.square(), a);
    const list = trace(([x, y]: tf.Tensor[]) => [x.mul(y), x.add(y), x], [a, b]);
    const record = trace(({ x, y }: { x: tf.Tensor; y: tf.Tensor }) => ({ x: x.sub(y), both: x }), {
      x: a,
      y: b,
    });
    const [c, d] = [tf.tensor1d([4, 5, 6]), tf.scalar(2)];
    const results = [await one.run(c), await list.run([c, d]), await record.run({ y: d, x: c })];
    const numbers = results.map((result) =>
      result instanceof tf.Tensor
        ? result.arraySync()
        : Object.entries(result).map(([k, t]) => [k, t.arraySync()]),
    );
    expect(numbers).toEqual([
      [16, 25, 36],
      [['0', [8, 10, 12]], ['1', [6, 7, 8]], ['2', [4, 5, 6]]], // prettier-ignore
      [['x', [2, 3, 4]], ['both', [4, 5, 6]]], // prettier-ignore
    ]);
    await Promise.all([one, list, record].map((traced) => traced.dispose()));
    tf.dispose([a, b, c, d, results]);
  });

  it('freezes weights as they are when it traces', async () => {
    const weight = tf.variable(tf.scalar(2));
    const x = tf.scalar(3);
    const traced = trace((x: tf.Tensor) => x.mul(weight), x);
    tf.tidy(() => weight.assign(tf.scalar(100)));
    const y = await traced.run(x);
    expect(y.dataSync()[0]).toBe(6);
    await traced.dispose();
    tf.dispose([weight, x, y]);
  });

  it('computes with int32 and bool tensors', async () => {
    const x = tf.tensor1d([7, -7, 0], 'int32');
    const traced = trace(
      (x: tf.Tensor) => [tf.floorDiv(x, tf.scalar(2, 'int32')), x.greater(tf.scalar(0, 'int32'))],
      x,
    );
    const [half, positive] = await traced.run(x);
    expect([half.dtype, positive.dtype]).toEqual(['int32', 'bool']);
    expect([[...half.dataSync()], [...positive.dataSync()]]).toEqual([[3, -4, 0], [1, 0, 0]]); // prettier-ignore
    await traced.dispose();
    tf.dispose([x, half, positive]);
  });

  it('leaves tfjs as it was, also after an error', () => {
    const engineBefore = Object.keys(tf.engine());
    const methods = (): unknown[] =>
      [tf.Variable.prototype, tf.layers.Layer.prototype, Math].map((owner) =>
        Object.values(Object.getOwnPropertyDescriptors(owner)).map(({ value }) => value as unknown),
      );
    const methodsBefore = methods();
    const before = counts();
    const x = tf.scalar(1);
    expect(() => trace(() => { throw new Error('mine'); }, x)).toThrow('mine'); // prettier-ignore
    trace((x: tf.Tensor) => tf.dropout(x.add(1), 0.5), x);
    x.dispose();
    expect(counts()).toEqual(before);
    expect(Object.keys(tf.engine())).toEqual(engineBefore);
    expect(methods()).toEqual(methodsBefore);
  });

  it('draws a new dropout mask in every run, and keeps that of a seed', async () => {
    const x = tf.ones([50, 40]);
    const free = trace((x: tf.Tensor) => tf.dropout(x, 0.25), x);
    const draws = [await free.run(x), await free.run(x)].map((y) => [...y.dataSync()]);
    for (const draw of draws) {
      expect(new Set(draw)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
      const kept = draw.filter((value) => value > 0).length / draw.length;
      expect(Math.abs(kept - 0.75)).toBeLessThan(0.06);
    }
    expect(draws[0]).not.toEqual(draws[1]);
    const seeded = trace((x: tf.Tensor) => tf.dropout(x, 0.25, undefined, 7), x);
    const y = await seeded.run(x);
    expect([...y.dataSync()]).toEqual([...tf.dropout(x, 0.25, undefined, 7).dataSync()]);
    await Promise.all([free.dispose(), seeded.dispose()]);
  });

  it('shows itself as text', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ name: 'sum', units: 1, inputShape: [2] })] });
    const traced = trace((x: tf.Tensor) => model.apply(x) as tf.Tensor, tf.ones([3, 2]));
    expect(String(traced)).toBe(
      'graph of 1 nodes: input float32 [3, 2] → output float32 [3, 1]\n' +
        '  output = Gemm(input, sum/kernel, sum/bias)  float32 [3, 1]',
    );
    const display = Reflect.get(traced, Symbol.for('Jupyter.display')) as () => unknown;
    expect(display.call(traced)).toEqual({ 'text/plain': String(traced) });
    model.dispose();
  });
});

describe('trace refuses', () => {
  const x = (): tf.Tensor => tf.ones([2, 3]);
  beforeAll(() => useEngine());

  it('a function that reads values', async () => {
    const reads =
      /^The traced function reads a tensor's values \(data, array, print …\)\. A graph has no values/;
    expect(() => trace((x: tf.Tensor) => (x.sum().dataSync()[0] > 0 ? x : x.neg()), x())).toThrow(reads);
    expect(() => trace((x: tf.Tensor) => tf.tensor(x.add(1).arraySync()), x())).toThrow(reads);
    let pending: Promise<unknown> | undefined;
    const later = (x: tf.Tensor): tf.Tensor => ((pending = x.data()), x);
    expect(() => trace(later, x())).not.toThrow();
    await expect(pending).rejects.toThrow(reads);
  });

  it('a layer that reads values, by name', () => {
    class Reading extends tf.layers.Layer {
      static readonly className = 'Reading';
      override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [input] = [x].flat();
        return input.mul(input.dataSync()[0]);
      }
    }
    const layer = new Reading({ name: 'peek' });
    expect(() => trace((x: tf.Tensor) => layer.apply(x) as tf.Tensor, x())).toThrow(/values in layer "peek"/);
  });

  it('a kernel without lowering, by name and layer', () => {
    class Products extends tf.layers.Layer {
      static readonly className = 'Products';
      override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.cumprod([x].flat()[0], 1);
      }
    }
    const layer = new Products({ name: 'products' });
    expect(() => trace((x: tf.Tensor) => layer.apply(x) as tf.Tensor, x())).toThrow(
      'The kernel Cumprod, called by layer "products", has no lowering to ONNX. Compute the same with other ' +
        'operations, do it before or after the traced function, or add a lowering to src/graph/lowering.',
    );
    expect(() => trace((x: tf.Tensor) => tf.cumprod(x), x())).toThrow(/Cumprod, called outside of any layer/);
    expect(() => trace((x: tf.Tensor) => x.add(tf.randomNormal([3])), x())).toThrow(
      /The kernel randomNormal/,
    );
  });

  it('what a kernel can do and its lowering cannot', () => {
    const mirror = (x: tf.Tensor): tf.Tensor => tf.mirrorPad(x, [[1, 0], [0, 0]], 'symmetric'); // prettier-ignore
    expect(() => trace(mirror, x())).toThrow(
      /^The kernel MirrorPad.* has no lowering to ONNX with mode symmetric/,
    );
  });

  it('an example of a wrong rank, telling its shape', () => {
    const conv = tf.layers.conv2d({ name: 'conv', filters: 1, kernelSize: 1, inputShape: [4, 4, 1] });
    const model = tf.sequential({ layers: [conv] });
    expect(() => trace((x: tf.Tensor) => model.apply(x) as tf.Tensor, x())).toThrow(
      /^The traced function failed on the example float32 \[2, 3\]: Input 0 is incompatible with layer conv/,
    );
  });

  it('a function that returns no tensors', () => {
    const expected =
      "Expected the traced function's result to be a tensor, a list of tensors or tensors by name, got ";
    const results: [unknown, string][] = [
      [undefined, 'undefined.'],
      [3, '3.'],
      [[], 'an empty list.'],
      [{}, 'an object without tensors.'],
      [[1], 'one with number in it.'],
      [Promise.resolve(), 'a promise; a traced function must not be async.'],
    ];
    for (const [result, told] of results)
      expect(() => trace(() => result as tf.Tensor, x())).toThrow(expected + told);
    expect(() => trace((x: tf.Tensor) => x, 'x' as never)).toThrow(
      /^Expected the example to be a tensor.*got x\.$/,
    );
  });

  it('a function that makes or assigns variables, or traces', () => {
    const variable = tf.variable(tf.scalar(1), false, 'counter');
    const assigns = (x: tf.Tensor): tf.Tensor => (variable.assign(x.sum()), x);
    expect(() => trace(assigns, x())).toThrow(/assigns the variable counter.*graph\.traceStep/);
    expect(() => trace((x: tf.Tensor) => tf.variable(x), x())).toThrow(
      /makes a variable.*Make variables before/,
    );
    expect(() => trace((y: tf.Tensor) => (trace((z: tf.Tensor) => z, y), y), x())).toThrow(
      /cannot start a trace itself/,
    );
    variable.dispose();
  });

  it('tensors of text', () => {
    expect(() => trace((x: tf.Tensor) => [x, tf.tensor1d(['a'])], x())).toThrow(
      /A graph holds no string tensors/,
    );
  });

  it('inputs that do not fit the example', async () => {
    const traced = trace((x: tf.Tensor) => x.neg(), x());
    await expect(traced.run(tf.ones([3, 2]))).rejects.toThrow(
      'Input input is float32 [2, 3] in the graph, got float32 [3, 2]. A graph has the shapes of the example',
    );
    await expect(traced.run(tf.ones([2, 3], 'int32'))).rejects.toThrow(/got int32 \[2, 3\]/);
    await expect(traced.run([x()] as never)).rejects.toThrow('Expected the inputs input, got input_0.');
  });
});
