import type { tf } from '../../engine/index';
import type { Builder } from '../builder';
import { constant, type Value } from '../ir';
import { scalar, withAttrs, type Call, type Lowerings } from './lowering';
import { channelsFirst, channelsLast } from './window';

function same(value: number, length: number): Value {
  return constant(new Float32Array(length).fill(value), [length], 'float32');
}

/** (x - mean) / √(variance + ε) · scale + offset, with one of each for a channel, or for an element. */
const batchNorm = withAttrs<tf.FusedBatchNormAttrs>((b, { inputs, attrs: { varianceEpsilon } }) => {
  const { x, mean, variance } = inputs;
  const { scale, offset } = inputs as Record<string, Value | undefined>;
  if (mean.shape.length === 1) {
    const [channels] = mean.shape;
    const given = [
      channelsFirst(b, x),
      scale ?? same(1, channels),
      offset ?? same(0, channels),
      mean,
      variance,
    ];
    return channelsLast(b, b.op('BatchNormalization', given, { epsilon: varianceEpsilon }));
  }
  const deviation = b.op('Sqrt', [b.op('Add', [variance, scalar(varianceEpsilon)])]);
  const normal = b.op('Div', [b.op('Sub', [x, mean]), deviation]);
  const scaled = scale === undefined ? normal : b.op('Mul', [normal, scale]);
  return offset === undefined ? scaled : b.op('Add', [scaled, offset]);
});

const localResponse = withAttrs<tf.LRNAttrs>((b, { inputs: { x }, attrs }) => {
  const size = 2 * attrs.depthRadius + 1;
  // ONNX divides alpha by the window's size.
  const normal = { size, alpha: attrs.alpha * size, beta: attrs.beta, bias: attrs.bias };
  return channelsLast(b, b.op('LRN', [channelsFirst(b, x)], normal));
});

/** With n = bias + α·Σx² over the window: dy·n^-β - 2αβ·x·Σ(dy·y/n). The sums are products with a band matrix. */
function localResponseGradient(b: Builder, call: Call<tf.LRNGradAttrs>): Value {
  const { x, y, dy } = call.inputs;
  const { depthRadius, bias, alpha, beta } = call.attrs;
  const channels = x.shape.at(-1)!;
  const band = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= depthRadius ? 1 : 0,
  );
  const matrix = constant(band, [channels, channels], 'float32');
  const around = (values: Value): Value => b.op('MatMul', [values, matrix]);
  const norm = b.op('Add', [b.op('Mul', [around(b.op('Mul', [x, x])), scalar(alpha)]), scalar(bias)]);
  const direct = b.op('Mul', [dy, b.op('Pow', [norm, scalar(-beta)])]);
  const others = around(b.op('Div', [b.op('Mul', [dy, y]), norm]));
  return b.op('Sub', [direct, b.op('Mul', [b.op('Mul', [x, others]), scalar(2 * alpha * beta)])]);
}

export const normalisationLowerings: Lowerings = {
  FusedBatchNorm: batchNorm,
  LRN: localResponse,
  LRNGrad: withAttrs(localResponseGradient),
};
