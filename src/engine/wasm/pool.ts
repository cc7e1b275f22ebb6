import { avgPoolGradient, maxPool, maxPoolGradient, withDepth, type PoolInfo } from '../pooling';
import { tf } from '../tf';
import { allocate, floats, wasmKernel, type TensorInfo, type WasmKernel } from './backend';

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];
type PoolAttrs = tf.MaxPoolGradAttrs | tf.MaxPool3DGradAttrs;

function poolInfo({ shape }: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): PoolInfo {
  const { computePool2DInfo, computePool3DInfo } = tf.backend_util;
  if (shape.length === 5) {
    const [size, steps] = [filterSize, strides] as [number, number];
    return computePool3DInfo(shape as Shape5D, size, steps, 1, pad as 'same', dimRoundingMode);
  }
  const [size, steps] = [filterSize, strides] as [[number, number], [number, number]];
  return withDepth(computePool2DInfo(shape as Shape4D, size, steps, 1, pad, dimRoundingMode));
}

/** The backend's own are slow, and in 3-D take the smallest positive number for the smallest of all. */
const maxPoolGrad = (kernelName: string): WasmKernel =>
  wasmKernel<'dy' | 'input', PoolAttrs>(kernelName, ({ dy, input }, attrs, backend) => {
    const out = allocate(backend, input.shape);
    maxPoolGradient(
      poolInfo(input, attrs),
      floats(backend, input),
      floats(backend, dy),
      floats(backend, out),
    );
    return out;
  });

/** The backend's own divide by the window's full size at the borders too. */
const avgPoolGrad = (kernelName: string): WasmKernel =>
  wasmKernel<'dy' | 'input', PoolAttrs>(kernelName, ({ dy, input }, attrs, backend) => {
    const out = allocate(backend, input.shape);
    avgPoolGradient(poolInfo(input, attrs), floats(backend, dy), floats(backend, out));
    return out;
  });

/** The backend's own gives a tiny positive number for windows that are all negative. */
const maxPool3D = wasmKernel<'x', tf.MaxPool3DAttrs>('MaxPool3D', ({ x }, attrs, backend) => {
  const info = poolInfo(x, attrs);
  const out = allocate(backend, [
    info.batchSize,
    info.outDepth,
    info.outHeight,
    info.outWidth,
    info.inChannels,
  ]);
  maxPool(info, floats(backend, x), floats(backend, out));
  return out;
});

export const poolKernels = [
  maxPool3D,
  maxPoolGrad('MaxPoolGrad'),
  maxPoolGrad('MaxPool3DGrad'),
  avgPoolGrad('AvgPoolGrad'),
  avgPoolGrad('AvgPool3DGrad'),
];
