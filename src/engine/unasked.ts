import { repairCpuKernels } from './cpu';
import { NATIVE_BACKEND, isNativeBuilt, loadNative } from './native/start';
import { tf } from './tf';

const SLOW =
  'convlab: plain JavaScript computes, which is slow, until an engine is started: await engine.ready() before the first tensor';

/**
 * Prepare for tensors that are made before `ready()`: the native engine, which can start without being awaited, starts by
 * itself; where it cannot, a line says that plain JavaScript computes.
 * @param isAsked whether `ready()` has been called
 */
export function prepareForTensors(isAsked: () => boolean): void {
  repairCpuKernels();
  if (isNativeBuilt() && ['', 'native'].includes(requested())) {
    tf.registerBackend(NATIVE_BACKEND, startUnasked, 3);
  }
  const make = tf.findBackendFactory('cpu') as () => tf.KernelBackend;
  tf.removeBackend('cpu');
  tf.registerBackend('cpu', () => {
    if (!isAsked() && requested() !== 'cpu') console.warn(SLOW);
    return make();
  });
}

function requested(): string {
  return process.env.CONVLAB_ENGINE ?? '';
}

function startUnasked(): tf.KernelBackend {
  try {
    loadNative();
  } catch (error) {
    // tfjs prints the stack of a backend that does not start, and takes the next one
    if (error instanceof Error) error.stack = `${error.message}: run npm run setup`;
    throw error;
  }
  return tf.backend();
}
