import { tf } from '../tf';
import type { WasmKernel } from './backend';
import { conv2dKernels } from './conv2d';
import { conv3dKernels } from './conv3d';
import { depthwiseKernels } from './depthwise';
import { matmulKernels } from './matmul';
import { poolKernels } from './pool';
import { segmentKernels } from './segment';
import { sliceKernels } from './slice';

/** Every kernel that this folder adds to the WASM backend or puts in the place of its own. */
export const wasmKernels: readonly WasmKernel[] = [
  ...conv2dKernels,
  ...conv3dKernels,
  ...depthwiseKernels,
  ...matmulKernels,
  ...poolKernels,
  ...segmentKernels,
  ...sliceKernels,
];

/**
 * Kernels of the backend that give wrong numbers and that nothing here needs: calling them is an error
 * that says so rather than a wrong result.
 */
export const withdrawnKernels = [
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
] as const;

const registered = new Set<string>();

/** Register them, once. Call it after the backend's module is loaded and before `tf.setBackend('wasm')`. */
export function registerWasmKernels(): void {
  for (const kernel of wasmKernels) {
    if (registered.has(kernel.kernelName)) continue;
    register(kernel);
    registered.add(kernel.kernelName);
  }
  for (const kernelName of withdrawnKernels) {
    if (tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined)
      tf.unregisterKernel(kernelName, 'wasm');
  }
}

function register({ kernelName, kernelFunc }: WasmKernel): void {
  const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
  // Taken out first: registering over a kernel makes tfjs print a warning.
  if (stock) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...stock,
    kernelName,
    backendName: 'wasm',
    kernelFunc: (params) => kernelFunc(params, stock?.kernelFunc),
  });
}
