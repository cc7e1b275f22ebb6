import { tf } from '../../engine/index';
import type { Builder } from '../builder';
import type { Attributes, Value } from '../ir';
import { unsupported, type Call } from './lowering';

const { backend_util: util } = tf;

type Lengths = number | readonly number[] | null | undefined;
type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

/** What moves over the spatial axes of [n, …spatial, c]; one number for each such axis. */
export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and after, as the result's size needs it. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly input: readonly number[];
  readonly output: readonly number[];
}

export interface WindowAttrs {
  strides: Lengths;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dilations?: Lengths;
  dataFormat?: string;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export interface PoolAttrs extends WindowAttrs {
  filterSize: Lengths;
}

interface Info2D {
  padInfo: { top: number; left: number; bottom: number; right: number };
  outHeight: number;
  outWidth: number;
}

interface Info3D extends Info2D {
  padInfo: Info2D['padInfo'] & { front: number; back: number };
  outDepth: number;
}

/** One number for each of `count` axes; none given means 1. */
function spread(lengths: Lengths, count: number): readonly number[] {
  if (typeof lengths === 'object' && lengths !== null) return lengths;
  return Array.from({ length: count }, () => lengths ?? 1);
}

function windowOf(
  shape: readonly number[],
  size: readonly number[],
  attrs: WindowAttrs,
  info: Info2D | Info3D,
): Window {
  const input = shape.slice(1, -1);
  const [strides, dilations] = [attrs.strides, attrs.dilations].map((each) => spread(each, input.length));
  const { top, left } = info.padInfo;
  const volume = 'outDepth' in info && input.length === 3;
  const output = [...(volume ? [info.outDepth] : []), info.outHeight, info.outWidth];
  const before = [...(volume ? [info.padInfo.front] : []), top, left];
  // tfjs takes padding away where a filter is smaller than its stride; TensorFlow, and this, adds none.
  const begin = before.map((amount) => Math.max(0, amount));
  const end = input.map((length, i) => {
    const reach = (output[i] - 1) * strides[i] + (size[i] - 1) * dilations[i] + 1;
    return Math.max(0, reach - length - begin[i]);
  });
  return { size, strides, dilations, begin, end, input, output };
}

/** The window of a convolution of `shape` by a filter […spatial, in, out]. */
export function convolutionWindow(
  call: Call<WindowAttrs>,
  shape: readonly number[],
  filter: readonly number[],
  depthwise = false,
): Window {
  const { attrs } = call;
  if (attrs.dataFormat?.startsWith('NC')) unsupported(call, `dataFormat ${attrs.dataFormat}`);
  const size = filter.slice(0, -2);
  const [strides, dilations] = [attrs.strides, attrs.dilations ?? 1] as [number, number];
  const info =
    size.length === 3
      ? util.computeConv3DInfo(shape as Shape5D, filter as Shape5D, strides, dilations, attrs.pad as 'same')
      : util.computeConv2DInfo(
          ...([shape, filter] as [Shape4D, Shape4D]),
          ...([strides, dilations, attrs.pad, attrs.dimRoundingMode, depthwise] as const),
        );
  return windowOf(shape, size, attrs, info);
}

/** The window of a pooling of `shape`. */
export function poolWindow(call: Call<PoolAttrs>, shape: readonly number[]): Window {
  const { attrs } = call;
  if (attrs.dataFormat?.startsWith('NC')) unsupported(call, `dataFormat ${attrs.dataFormat}`);
  const { strides, pad, dimRoundingMode } = attrs;
  const axes = shape.length - 2;
  const size = spread(attrs.filterSize, axes);
  const [window, steps] = [size, spread(strides, axes)] as unknown as [[number, number], [number, number]];
  const info =
    axes === 3
      ? util.computePool3DInfo(
          shape as Shape5D,
          size as never,
          steps as never,
          1,
          pad as 'same',
          dimRoundingMode,
        )
      : util.computePool2DInfo(shape as Shape4D, window, steps, 1, pad, dimRoundingMode);
  return windowOf(shape, size, attrs, info);
}

/** Strides and pads as ONNX's attributes. */
export function attributes({ strides, begin, end }: Window): Attributes {
  return { strides, pads: [...begin, ...end] };
}

/** [n, …spatial, c] as [n, c, …spatial]. */
export function channelsFirst(b: Builder, x: Value): Value {
  const rank = x.shape.length;
  return b.transpose(x, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]);
}

/** [n, c, …spatial] as [n, …spatial, c]. */
export function channelsLast(b: Builder, x: Value): Value {
  const rank = x.shape.length;
  return b.transpose(x, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
}

/** [n, …spatial, c] as [c, n, …spatial]. */
export function channelsBeforeBatch(b: Builder, x: Value): Value {
  const rank = x.shape.length;
  return b.transpose(x, [rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i)]);
}
