import { uniforms } from '../basics/seeded';
import { tf } from '../engine/index';

export interface ModelOptions {
  /** Draws the initial weights: the same seed gives the same weights on every engine. Default: new ones each time. */
  seed?: number;
}

type ConvOptions = Partial<Parameters<typeof tf.layers.conv2d>[0]>;
type Activation = Parameters<typeof tf.layers.dense>[0]['activation'];

/**
 * Layers for plain stacks, with Keras' initial weights: kernels by `glorotUniform`, each from its own part of the
 * seed's stream, and biases of zero.
 */
export function stackLayers(seed?: number) {
  const uniform = seed === undefined ? undefined : uniforms(seed);
  // From 1 on: some of tfjs's generators take a seed of 0 for none.
  const kernelInitializer = () =>
    tf.initializers.glorotUniform({ seed: uniform && 1 + Math.floor(uniform() * 0x7ffffffe) });
  return {
    /** A convolution with relu, without padding unless `options` say otherwise. */
    conv: (name: string, filters: number, kernelSize: number, options: ConvOptions = {}) =>
      tf.layers.conv2d({
        name,
        filters,
        kernelSize,
        activation: 'relu',
        kernelInitializer: kernelInitializer(),
        ...options,
      }),
    /** The maximum of each 2×2 block. */
    pool: (name: string) => tf.layers.maxPooling2d({ name, poolSize: 2 }),
    flatten: () => tf.layers.flatten({ name: 'flatten' }),
    dense: (name: string, units: number, activation: Activation) =>
      tf.layers.dense({ name, units, activation, kernelInitializer: kernelInitializer() }),
  };
}
