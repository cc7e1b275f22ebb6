import { tf } from '../tf';

/** A small seeded generator (mulberry32), uniform in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seeded float32 tensor, uniform in [low, high). */
export function seeded(shape: number[], seed: number, low = -1, high = 1): tf.Tensor {
  const next = uniform(seed);
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => low + (high - low) * next(),
  );
  return tf.tensor(values, shape, 'float32');
}
