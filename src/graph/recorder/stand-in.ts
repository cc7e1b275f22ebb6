import { tf } from '../../engine/index';

/**
 * Run something in which a kernel of the current backend gives what `give` makes, once, and computes nothing. All that
 * tfjs does around the kernel it does, also what it keeps for the gradient.
 */
export function inPlaceOf<T>(kernelName: string, give: () => tf.Tensor | tf.Tensor[], run: () => T): T {
  const kernel = tf.getKernel(kernelName, tf.getBackend());
  const { kernelFunc } = kernel;
  kernel.kernelFunc = () => {
    kernel.kernelFunc = kernelFunc;
    return give();
  };
  try {
    return run();
  } finally {
    kernel.kernelFunc = kernelFunc;
  }
}
