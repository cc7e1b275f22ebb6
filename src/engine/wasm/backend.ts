import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { UnsupportedOnWasmError } from '../errors';
import { tf } from '../tf';

export type { BackendWasm };
export type TensorInfo = tf.TensorInfo;

type Attributes = Record<string, unknown>;

/** Runs a WASM kernel by its registered name; the result is freed when the enclosing `compose` ends. */
export type Call = (kernelName: string, inputs: Record<string, TensorInfo>, attrs?: object) => TensorInfo;

type Inputs<Input extends string> = Record<Input, TensorInfo>;

/** A kernel for the WASM backend, in the form that `registerWasmKernels` takes. */
export interface WasmKernel {
  kernelName: string;
  kernelFunc: (params: KernelParams, stock: tf.KernelFunc | undefined) => TensorInfo | TensorInfo[];
}

interface KernelParams {
  inputs: tf.NamedTensorInfoMap;
  attrs?: tf.NamedAttrMap;
  backend: unknown;
}

/**
 * Describe a kernel, with its inputs and attributes typed.
 * `stock` runs the kernel of that name that the backend brings itself; it throws where there is none.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the attributes
export function wasmKernel<Input extends string, Attrs>(
  kernelName: string,
  run: (
    inputs: Inputs<Input>,
    attrs: Attrs,
    backend: BackendWasm,
    stock: () => TensorInfo,
  ) => TensorInfo | TensorInfo[],
): WasmKernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, attrs, backend }, stock) => {
      const runStock = (): TensorInfo => {
        if (!stock) throw new UnsupportedOnWasmError(kernelName, 'these attributes');
        return stock({ inputs, attrs, backend: backend as object }) as TensorInfo;
      };
      return run(inputs as Inputs<Input>, attrs as Attrs, backend as BackendWasm, runStock);
    },
  };
}

/**
 * Build a kernel from others. Whatever `build` calls is freed at the end, except its result.
 * Kernels see plain `TensorInfo`s, so nothing here touches tfjs's tape or its count of tensors.
 */
export function compose(backend: BackendWasm, build: (call: Call) => TensorInfo): TensorInfo {
  const made: TensorInfo[] = [];
  const call: Call = (kernelName, inputs, attrs = {}) => {
    const output = runKernel(backend, kernelName, inputs, attrs);
    made.push(output);
    return output;
  };
  let result: TensorInfo | undefined;
  try {
    result = build(call);
    return result;
  } finally {
    for (const info of made) if (info !== result) backend.disposeData(info.dataId);
  }
}

/** Run one registered WASM kernel; the caller owns the result. */
export function runKernel(
  backend: BackendWasm,
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: object = {},
): TensorInfo {
  const kernel = tf.getKernel(kernelName, 'wasm');
  const output = kernel.kernelFunc({ inputs, backend, attrs: attrs as Attributes as tf.NamedAttrMap });
  return output as TensorInfo;
}

/** A new float32 result of the given shape; its memory is not cleared. */
export function allocate(backend: BackendWasm, shape: number[]): TensorInfo {
  return backend.makeOutput(shape, 'float32');
}

/**
 * The values of a float32 tensor where they lie on the WASM heap.
 * A view dies when the heap grows: allocate every output first, then take the views.
 */
export function floats(backend: BackendWasm, info: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(info) as Float32Array;
}

/** As `floats`, for int32. */
export function ints(backend: BackendWasm, info: TensorInfo): Int32Array {
  return backend.typedArrayFromHeap(info) as Int32Array;
}
