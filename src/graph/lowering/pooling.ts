import type { Builder } from '../builder';
import { constant, intList, sizeOf, type Value } from '../ir';
import { blockMaxPool, blockMaxPoolGradient, isOfBlocks, isPoolingOfBlocks } from './blocks';
import { withAttrs, type Call, type Lowerings } from './lowering';
import { overlappingGradient } from './overlapping-pooling';
import { attributes, channelsFirst, channelsLast, poolWindow, type PoolAttrs, type Window } from './window';

function maxPool(b: Builder, x: Value, window: Window): readonly Value[] {
  return b.all('MaxPool', [x], { ...attributes(window), kernel_shape: window.size });
}

/** Gradient of max pooling: each output's goes to the largest value of its window, the first of equals. */
function maxPoolGradient(b: Builder, call: Call<PoolAttrs>): Value {
  const { dy, input, output } = call.inputs;
  const window = poolWindow(call, input.shape);
  if (isOfBlocks(input) && isPoolingOfBlocks(window)) return blockMaxPoolGradient(b, dy, input);
  if (window.size.some((size, i) => size > window.strides[i]))
    return overlappingGradient(b, dy, input, output, window);
  const x = channelsFirst(b, input);
  const [, indices] = maxPool(b, x, window);
  const attrs = { ...attributes(window), kernel_shape: window.size };
  return channelsLast(b, b.op('MaxUnpool', [channelsFirst(b, dy), indices, intList(x.shape)], attrs));
}

/** One over the number of pixels on the input that each window covers, [1, …output]. */
function shares({ size, strides, begin, input, output }: Window): Value {
  const counts = output.map((length, axis) =>
    Array.from({ length }, (_, i) => {
      const from = i * strides[axis] - begin[axis];
      return Math.min(input[axis], from + size[axis]) - Math.max(0, from);
    }),
  );
  const covered = counts.reduce((outer, along) => outer.flatMap((a) => along.map((each) => a * each)), [1]);
  return constant(Float32Array.from(covered, (count) => 1 / count), [1, 1, ...output], 'float32'); // prettier-ignore
}

/** Whether windows lie side by side, and leave nothing over. */
function isTiled({ size, strides, input, output }: Window): boolean {
  return size.every((length, i) => length === strides[i] && length * output[i] === input[i]);
}

/** Each element of [n, c, …output] in all places of its window. */
function tiled(b: Builder, x: Value, { size, input, output }: Window): Value {
  const outer = x.shape.slice(0, 2);
  const apart = b.reshape(x, [...outer, ...output.flatMap((length) => [length, 1])]);
  const full = b.expand(apart, [...outer, ...output.flatMap((length, i) => [length, size[i]])]);
  return b.reshape(full, [...outer, ...input]);
}

/** Gradient of average pooling: each output's in equal shares to the pixels of its window. */
function avgPoolGradient(b: Builder, call: Call<PoolAttrs>): Value {
  const { dy, input } = call.inputs;
  const window = poolWindow(call, input.shape);
  const [batch, channels] = [input.shape[0], input.shape.at(-1)!];
  const share = b.op('Mul', [channelsFirst(b, dy), shares(window)]);
  if (isTiled(window)) return channelsLast(b, tiled(b, share, window));
  // Every map by itself, as if it were an example of one channel.
  const maps = b.reshape(share, [batch * channels, 1, ...window.output]);
  const ones = constant(new Float32Array(sizeOf(window.size)).fill(1), [1, 1, ...window.size], 'float32');
  const over = window.input.map(
    (length, i) => (window.output[i] - 1) * window.strides[i] + window.size[i] - window.begin[i] - length,
  );
  const spread = b.op('ConvTranspose', [maps, ones], {
    strides: window.strides,
    kernel_shape: window.size,
    pads: [...window.begin, ...over.map((rows) => Math.max(0, rows))],
    output_padding: over.map((rows) => Math.max(0, -rows)),
  });
  return channelsLast(b, b.reshape(spread, [batch, channels, ...window.input]));
}

const maximum = withAttrs<PoolAttrs>((b, call) => {
  const { x } = call.inputs;
  const window = poolWindow(call, x.shape);
  if (isOfBlocks(x) && isPoolingOfBlocks(window)) return blockMaxPool(b, x);
  return channelsLast(b, maxPool(b, channelsFirst(b, x), window)[0]);
});

const average = withAttrs<PoolAttrs>((b, call) => {
  const { x } = call.inputs;
  const window = poolWindow(call, x.shape);
  const attrs = { ...attributes(window), kernel_shape: window.size, count_include_pad: 0 };
  return channelsLast(b, b.op('AveragePool', [channelsFirst(b, x)], attrs));
});

export const poolingLowerings: Lowerings = {
  AvgPool: average,
  AvgPool3D: average,
  AvgPoolGrad: withAttrs(avgPoolGradient),
  AvgPool3DGrad: withAttrs(avgPoolGradient),
  MaxPool: maximum,
  MaxPool3D: maximum,
  MaxPoolGrad: withAttrs(maxPoolGradient),
  MaxPool3DGrad: withAttrs(maxPoolGradient),
};
