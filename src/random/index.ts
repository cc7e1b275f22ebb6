import { NumpyRandom } from './numpy';
import { TensorflowRandom } from './tensorflow';

export { glorotUniform, type GlorotOptions, type Initializer } from './glorot';
export type { NumpyRandom } from './numpy';
export type { TensorflowRandom } from './tensorflow';

/** NumPy's legacy stream after `numpy.random.seed(seed)`; see {@link NumpyRandom}. */
export function numpy(seed: number): NumpyRandom {
  return new NumpyRandom(seed);
}

/** The stream of a random operation of TensorFlow (Philox 4×32-10); see {@link TensorflowRandom}. */
export function tensorflow(seed: number, seed2: number): TensorflowRandom {
  return new TensorflowRandom(seed, seed2);
}
