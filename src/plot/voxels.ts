import { InputError } from '../basics/errors';
import type { tf } from '../engine/index';
import type { Numbers } from './levels';

/** Numbers in space, plane by plane and row by row; a tensor is read and left to its owner. */
export type VolumeSource =
  | { readonly shape: readonly [depth: number, height: number, width: number]; readonly data: Numbers }
  | tf.Tensor;

/** Numbers in space. */
export interface Voxels {
  depth: number;
  height: number;
  width: number;
  values: Numbers;
}

function isTensor(source: VolumeSource): source is tf.Tensor {
  return 'dataSync' in source;
}

/**
 * A volume's values and sides; a tensor may have more axes of length 1, such as those of its batch and channel.
 *
 * @throws InputError for what has not three axes, or not as many values as they say
 */
export function voxelsOf(where: string, source: VolumeSource): Voxels {
  const shape = isTensor(source) ? source.shape.filter((side) => side !== 1) : source.shape;
  const [depth, height, width] = shape;
  if (shape.length !== 3 || shape.some((side) => side < 2)) {
    const hint = 'One example of a batch: tensor.slice([i], [1]). One channel: tensor.slice([0, 0, 0, 0, c], [-1, -1, -1, -1, 1]).'; // prettier-ignore
    throw new InputError(where, 'a volume [depth, height, width] of at least 2 × 2 × 2', `shape [${source.shape.join(', ')}]`, hint); // prettier-ignore
  }
  const values = isTensor(source) ? source.dataSync() : source.data;
  if (values.length === depth * height * width) return { depth, height, width, values };
  throw new InputError(where, `${shape.join(' × ')} values`, `${values.length}`);
}
