import { tf } from '../../engine/index';
import { blockCheck, type BlockCase } from './block';

export interface DenseCase extends BlockCase {
  name: string;
  growth: number;
  bottleneck: number;
}

export interface TransitionCase extends BlockCase {
  name: string;
  compression: number;
}

type Features = tf.SymbolicTensor;
export type DenseLayer = (
  x: Features,
  options: { name: string; growth: number; bottleneck: number },
) => unknown;
export type Transition = (x: Features, options: { name: string; compression: number }) => unknown;

/** Where a block departs from Huang et al.; nothing set is right. */
interface Mistakes {
  /** The batch norms, by number, that no ReLU follows. */
  linear?: readonly number[];
  /** The ReLU stands before the batch norm. */
  reluFirst?: boolean;
  /** How the input and the new channels become the output. */
  join?: (x: Features, grown: Features) => Features;
  pool?: (x: Features) => Features;
}

const relu = (x: Features) => tf.layers.activation({ activation: 'relu' }).apply(x) as Features;
const concatenate = (...list: Features[]) => tf.layers.concatenate().apply(list) as Features;
const channelsOf = (x: Features) => x.shape[x.rank - 1]!;

function normRelu(x: Features, name: string, { linear, reluFirst }: Mistakes, i: number): Features {
  const norm = (from: Features) =>
    tf.layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 }).apply(from) as Features;
  if (linear?.includes(i)) return norm(x);
  return reluFirst ? norm(relu(x)) : relu(norm(x));
}

function convolve(x: Features, name: string, filters: number, kernelSize: number): Features {
  const options = { name, filters, kernelSize, padding: 'same', useBias: false } as const;
  return tf.layers.conv2d(options).apply(x) as Features;
}

function mistakenLayer(mistakes: Mistakes): DenseLayer {
  return (x, { name, growth, bottleneck }) => {
    const narrow = convolve(
      normRelu(x, `${name}_0_bn`, mistakes, 0),
      `${name}_1_conv`,
      bottleneck * growth,
      1,
    );
    const grown = convolve(normRelu(narrow, `${name}_1_bn`, mistakes, 1), `${name}_2_conv`, growth, 3);
    return (mistakes.join ?? concatenate)(x, grown);
  };
}

function mistakenTransition(mistakes: Mistakes): Transition {
  return (x, { name, compression }) => {
    const active = normRelu(x, `${name}_bn`, mistakes, 0);
    const fewer = convolve(active, `${name}_conv`, Math.floor(channelsOf(x) * compression), 1);
    const half = (from: Features) => tf.layers.averagePooling2d({ poolSize: 2 }).apply(from) as Features;
    return (mistakes.pool ?? half)(fewer);
  };
}

/** `denseLayer(x, { name, growth, bottleneck })` on a symbolic tensor. */
export const denseLayerCheck = blockCheck<DenseCase, DenseLayer>({
  name: 'denseLayer',
  file: 'models-dense-layer',
  apply: (layer, x, { name, growth, bottleneck }) => layer(x, { name, growth, bottleneck }),
  input: ({ inputShape, name, growth, bottleneck }) =>
    `x of [${inputShape.join(', ')}], { name: '${name}', growth: ${growth}, bottleneck: ${bottleneck} }`,
  mistakes: {
    'the input is left out: concatenate it with the new channels': mistakenLayer({
      join: (_, grown) => grown,
    }),
    'the order of the channels: the input comes first, then the new ones': mistakenLayer({
      join: (x, grown) => concatenate(grown, x),
    }),
    'the activation (ReLU) after the first batch norm is missing': mistakenLayer({ linear: [0] }),
    'the activation (ReLU) after the second batch norm is missing': mistakenLayer({ linear: [1] }),
    'both activations (ReLU) are missing': mistakenLayer({ linear: [0, 1] }),
    'the order: batch norm comes before ReLU': mistakenLayer({ reluFirst: true }),
    'there is a ReLU after the concatenation; none belongs there': mistakenLayer({
      join: (x, grown) => relu(concatenate(x, grown)),
    }),
    'there is a ReLU after the last convolution; none belongs there': mistakenLayer({
      join: (x, grown) => concatenate(x, relu(grown)),
    }),
  },
});

/** `transition(x, { name, compression })` on a symbolic tensor. */
export const transitionCheck = blockCheck<TransitionCase, Transition>({
  name: 'transition',
  file: 'models-transition',
  apply: (block, x, { name, compression }) => block(x, { name, compression }),
  input: ({ inputShape, name, compression }) =>
    `x of [${inputShape.join(', ')}], { name: '${name}', compression: ${compression} }`,
  mistakes: {
    'the activation (ReLU) is missing': mistakenTransition({ linear: [0] }),
    'the order: batch norm comes before ReLU': mistakenTransition({ reluFirst: true }),
    'it is max pooling; average pooling is asked for': mistakenTransition({
      pool: (x) => tf.layers.maxPooling2d({ poolSize: 2 }).apply(x) as Features,
    }),
    'the pooling is missing': mistakenTransition({ pool: (x) => x }),
    'the stride of the pooling is 1; it must be 2': mistakenTransition({
      pool: (x) => tf.layers.averagePooling2d({ poolSize: 2, strides: 1 }).apply(x) as Features,
    }),
    "the padding of the pooling is 'same'; an odd last row is left out": mistakenTransition({
      pool: (x) => tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }).apply(x) as Features,
    }),
  },
});
