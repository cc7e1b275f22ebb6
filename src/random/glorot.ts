import { tf } from '../engine/index';
import { DEFAULT_GRAPH_SEED, TensorflowRandom } from './tensorflow';

export type Initializer = ReturnType<typeof tf.initializers.glorotUniform>;

export interface GlorotOptions {
  /** The operation's seed, from 0. */
  seed: number;
  /** Whose numbers: TensorFlow 1's (the default), or those of tfjs's own initializer. */
  stream?: 'tensorflow' | 'tfjs';
}

/** Fan in and fan out of a kernel: its receptive field times its input and its output channels. */
function fans(shape: readonly number[]): [number, number] {
  if (shape.length === 1) return [shape[0], shape[0]];
  const field = shape.slice(0, -2).reduce((size, side) => size * side, 1);
  return [field * shape[shape.length - 2], field * shape[shape.length - 1]];
}

/**
 * Glorot and Bengio's uniform initializer (2010), in ±√(6 / (fan in + fan out)), with the numbers that Keras'
 * `glorot_uniform(seed)` drew on TensorFlow 1: every kernel takes the same stream from its start, which depends
 * on the seed alone. Written to a file it is Keras' own `VarianceScaling`.
 *
 * @throws InputError for a seed that is not a whole number from 0
 */
export function glorotUniform({ seed, stream = 'tensorflow' }: GlorotOptions): Initializer {
  const initializer = tf.initializers.glorotUniform({ seed });
  if (stream === 'tfjs') return initializer;
  new TensorflowRandom(DEFAULT_GRAPH_SEED, seed); // refuses a bad seed now, not when the layer is built
  initializer.apply = (shape) => {
    const sides = shape as number[];
    const [fanIn, fanOut] = fans(sides);
    const limit = Math.fround(Math.sqrt(3 / Math.max(1, (fanIn + fanOut) / 2)));
    const values = new TensorflowRandom(DEFAULT_GRAPH_SEED, seed).uniforms(tf.util.sizeFromShape(sides));
    // float32 at every step, as TensorFlow computes it
    for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i] * (2 * limit)) - limit;
    return tf.tensor(values, sides);
  };
  return initializer;
}
