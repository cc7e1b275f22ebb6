import { beforeAll, describe, expect, it } from 'vitest';
import { counts, relativeError, runOn, type Results } from '../../engine/testing/backends';
import { cases, type Case } from '../../engine/testing/cases';
import { seeded } from '../../engine/testing/random';
import { tf } from '../../engine/index';
import { trace } from '../../onnx/index';
import { tracingEngines, useEngine } from '../testing/engines';
import { loweredKernels } from './index';

/** The value of a case, and its gradients, as one function of its inputs. */
function compute({ run, forwardOnly }: Case): (inputs: tf.Tensor[]) => Record<string, tf.Tensor> {
  return (inputs) => {
    const value = run(...inputs);
    if (forwardOnly) return { value };
    const weights = seeded(value.shape, 5);
    const sum = (...args: tf.Tensor[]): tf.Tensor => run(...args).mul(weights).sum(); // prettier-ignore
    const gradients = tf.grads(sum)(inputs);
    return Object.fromEntries([['value', value], ...gradients.map((g, i) => [`gradient ${i}`, g] as const)]);
  };
}

const inputsOf = ({ inputs, range }: Case, seed: number): tf.Tensor[] =>
  inputs.map((shape, i) => seeded(shape, seed + i, ...(range ?? [-1, 1])));

async function throughOnnx(example: Case): Promise<Results> {
  // Traced on other numbers than it runs on: a value mistaken for a constant would show.
  const others = inputsOf(example, 41);
  const traced = trace(compute(example), others);
  const inputs = inputsOf(example, 11);
  const outputs = await traced.run(inputs);
  await traced.dispose();
  const results = Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync()] as const);
  tf.dispose([others, inputs, outputs]);
  return Object.fromEntries(results);
}

/** What the CPU backend gives, for all engines. */
const onCpu = new Map<string, Results>();

/** Operations with a kernel that has no lowering. */
const notLowered = /^(cropAndResize|rotateWithOffset|prod )/;

/** Kernels without a lowering: for complex numbers, text, sparse tensors and boxes, or with results of unknown size. */
const kernelsLeftOut = new Set(
  [
    'Bincount',
    'BitwiseAnd',
    'BroadcastArgs',
    'Complex',
    'ComplexAbs',
    'CropAndResize',
    'Cumprod',
    'DenseBincount',
  ]
    .concat([
      'Diag',
      'Dilation2D',
      'Dilation2DBackpropFilter',
      'Dilation2DBackpropInput',
      'FFT',
      'IFFT',
      'Imag',
    ])
    .concat(['LinSpace', 'MaxPoolWithArgmax', 'Multinomial', 'NonMaxSuppressionV3', 'NonMaxSuppressionV4'])
    .concat([
      'NonMaxSuppressionV5',
      'Range',
      'Real',
      'RotateWithOffset',
      'SearchSorted',
      'SparseFillEmptyRows',
    ])
    .concat(['SparseReshape', 'SparseSegmentMean', 'SparseSegmentSum', 'SparseToDense', 'StaticRegexReplace'])
    .concat(['StringNGrams', 'StringSplit', 'StringToHashBucketFast', 'Transform', 'Unique']),
);

it.each(tracingEngines)('every kernel of %s has a lowering, or is known to have none', async (engine) => {
  await useEngine(engine);
  const known = new Set([...loweredKernels, ...kernelsLeftOut]);
  const kernels = tf.getKernelsForBackend(tf.getBackend()).map(({ kernelName }) => kernelName);
  expect(kernels.filter((name) => !known.has(name))).toEqual([]);
  expect(loweredKernels.filter((name) => kernelsLeftOut.has(name))).toEqual([]);
});

describe.each(tracingEngines)('traced on %s, onnxruntime gives what the CPU backend gives for', (engine) => {
  beforeAll(() => useEngine(engine));

  const here = cases.filter(({ notNative }) => engine === 'wasm' || notNative === undefined);
  it.each(here.filter(({ name }) => !notLowered.test(name)))('$name', async (example) => {
    const expected = onCpu.get(example.name) ?? runOn('cpu', () => compute(example)(inputsOf(example, 11)));
    onCpu.set(example.name, expected);
    await useEngine(engine);
    const before = counts();
    const actual = await throughOnnx(example);
    expect(counts()).toEqual(before);
    const errors = Object.keys(expected).map(
      (key) => [key, relativeError(actual[key], expected[key])] as const,
    );
    expect(Object.fromEntries(errors.filter(([, error]) => !(error <= 1e-4)))).toEqual({});
  });
});
