import type * as tfjs from '@tensorflow/tfjs';

/** tfjs's CPU backend prints a banner at its first use in Node, unless this field says that it has. */
interface CpuBackend {
  firstUse?: boolean;
}

/**
 * Stop tfjs from writing banners and deprecation notices to the terminal, which in a notebook
 * would stand among a cell's results. Real warnings still come through.
 */
export function quietTfjs(tf: typeof tfjs): void {
  tf.env().set('DEPRECATION_WARNINGS_ENABLED', false);
  const make = tf.findBackendFactory('cpu') as () => tfjs.KernelBackend & CpuBackend;
  tf.removeBackend('cpu');
  tf.registerBackend('cpu', () => Object.assign(make(), { firstUse: false }));
}

/**
 * Silence TensorFlow's C++ log (instruction sets, the search for CUDA) unless the user has set a level;
 * `TF_CPP_MIN_LOG_LEVEL=0` shows everything. It must run before the library is loaded.
 */
export function quietTensorFlow(environment: NodeJS.ProcessEnv = process.env): void {
  // 3, not 2: a CUDA build on a machine without a GPU logs that as an error. Failing ops still throw.
  environment.TF_CPP_MIN_LOG_LEVEL ??= '3';
}
