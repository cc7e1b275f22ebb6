import { tf } from '../engine/index';
import type { SavedWeight } from './layouts';

/** [filters, channels, rows, columns], as Keras 1 kept kernels in Theano's order, to [rows, columns, channels, filters]. */
const FROM_THEANO = [2, 3, 1, 0];

/**
 * A weight that Keras 1 wrote, as Keras 2 takes it: with Theano as the backend a convolution turned its kernel around,
 * and in Theano's order the axes were others. That order is not in the file, so the kernel is offered both ways.
 */
export function fromKeras1Kernel(weight: SavedWeight, theano: boolean): SavedWeight {
  const { shape } = weight;
  if (shape.length !== 4) return weight;
  const read = (transposed: boolean) => () =>
    tf.tidy(() => {
      const saved = tf.tensor4d(weight.read(), shape as [number, number, number, number]);
      const kernel = transposed ? tf.transpose(saved, FROM_THEANO) : saved;
      return (theano ? tf.reverse(kernel, [0, 1]) : kernel).dataSync<'float32'>();
    });
  const inOtherOrder = { path: weight.path, shape: FROM_THEANO.map((axis) => shape[axis]), read: read(true) };
  return { ...weight, read: theano ? read(false) : weight.read, inOtherOrder };
}
