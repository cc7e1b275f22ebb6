import { tf } from '../../engine/index';
import type { LabelMode } from '../dataset';

/**
 * Makes float batches of 8-bit pictures. The bytes go through one buffer that is used again (a fresh one of 138 MB
 * for each batch of 128 × 300 × 300 × 3 costs more than the copying), and the engine multiplies.
 *
 * @param shape of one picture
 * @param rescale multiplies each value of 0 to 255
 */
export function pictureCollator(
  shape: readonly number[],
  rescale: number,
): (pictures: readonly Uint8Array[]) => tf.Tensor {
  const length = shape.reduce((product, side) => product * side, 1);
  let buffer = new Float32Array(0);
  return (pictures) => {
    const total = pictures.length * length;
    if (buffer.length < total) buffer = new Float32Array(total);
    for (const [i, picture] of pictures.entries()) buffer.set(picture, i * length);
    // The product is computed at once, so nothing refers to the buffer afterwards.
    return tf.tidy(() => tf.tensor(buffer.subarray(0, total), [pictures.length, ...shape]).mul(rescale));
  };
}

/** Class numbers as a batch's labels, always float32: tfjs's sparse cross-entropy takes no others. */
export function labelTensor(labels: ArrayLike<number>, classes: number, mode: LabelMode): tf.Tensor {
  const values = Float32Array.from(labels);
  if (mode === 'int') return tf.tensor1d(values);
  if (mode === 'binary') return tf.tensor2d(values, [values.length, 1]);
  const hot = new Float32Array(values.length * classes);
  values.forEach((label, i) => (hot[i * classes + label] = 1));
  return tf.tensor2d(hot, [values.length, classes]);
}
