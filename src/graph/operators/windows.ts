import { intsOf, type Attributes } from '../ir';
import { ints, type Rule } from './rule';

/** Lengths of the axes that a window moves over, from inputs [n, c, …spatial]. */
function moved(spatial: readonly number[], window: readonly number[], attrs: Attributes): number[] {
  const strides = ints(attrs, 'strides')!;
  const pads = ints(attrs, 'pads')!;
  const dilations = ints(attrs, 'dilations') ?? window.map(() => 1);
  return spatial.map((length, i) => {
    const reach = (window[i] - 1) * dilations[i] + 1;
    const steps = (length + pads[i] + pads[i + spatial.length] - reach) / strides[i];
    return (attrs.ceil_mode === 1 ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
}

const conv: Rule = ([x, w], attrs) => {
  const [batch, channels, ...spatial] = x.shape;
  const [filters, depth, ...window] = w.shape;
  if (depth * ((attrs.group as number | undefined) ?? 1) !== channels)
    throw new TypeError('the channels do not fit');
  return [{ shape: [batch, filters, ...moved(spatial, window, attrs)], dtype: x.dtype }];
};

const convTranspose: Rule = ([x, w], attrs) => {
  const [batch, channels, ...spatial] = x.shape;
  const [rows, depth, ...window] = w.shape;
  if (rows !== channels) throw new TypeError('the channels do not fit');
  const [strides, pads, extra] = ['strides', 'pads', 'output_padding'].map((name) => ints(attrs, name)!);
  const dilations = ints(attrs, 'dilations') ?? window.map(() => 1);
  const out = spatial.map((length, i) => {
    const reach = (window[i] - 1) * dilations[i] + 1;
    return strides[i] * (length - 1) + extra[i] + reach - pads[i] - pads[i + spatial.length];
  });
  return [{ shape: [batch, depth * ((attrs.group as number | undefined) ?? 1), ...out], dtype: x.dtype }];
};

const pool: Rule = ([x], attrs) => {
  const [batch, channels, ...spatial] = x.shape;
  return [
    { shape: [batch, channels, ...moved(spatial, ints(attrs, 'kernel_shape')!, attrs)], dtype: x.dtype },
  ];
};

/** Operators that move a window over [n, c, …spatial]. */
export const windowRules: Readonly<Record<string, Rule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  AveragePool: pool,
  MaxPool: (inputs, attrs) => {
    const [y] = pool(inputs, attrs);
    return [y, { shape: y.shape, dtype: 'int64' }];
  },
  MaxUnpool: ([x, , shape]) => [{ shape: intsOf(shape), dtype: x.dtype }],
};
