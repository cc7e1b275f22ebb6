import { avgPoolGradient, withDepth, type PoolInfo } from './pooling';
import { tf } from './tf';

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

/** What the kernels here need of tfjs's CPU backend. */
interface CpuBackend {
  data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
}

let repaired = false;

/**
 * Replace the kernels that tfjs's CPU backend computes wrongly: the gradients of average pooling
 * where windows reach over the border.
 */
export function repairCpuKernels(): void {
  if (repaired) return;
  repaired = true;
  replace('AvgPoolGrad', ({ filterSize, strides, pad }: tf.AvgPoolGradAttrs, shape) =>
    withDepth(tf.backend_util.computePool2DInfo(shape as Shape4D, filterSize, strides, 1, pad)),
  );
  replace('AvgPool3DGrad', ({ filterSize, strides, pad, dimRoundingMode }: tf.AvgPool3DGradAttrs, shape) =>
    tf.backend_util.computePool3DInfo(shape as Shape5D, filterSize, strides, 1, pad, dimRoundingMode),
  );
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the attributes
function replace<Attrs>(kernelName: string, poolInfo: (attrs: Attrs, shape: number[]) => PoolInfo): void {
  tf.unregisterKernel(kernelName, 'cpu');
  tf.registerKernel({
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, input } = inputs as Record<'dy' | 'input', tf.TensorInfo>;
      const cpu = backend as CpuBackend;
      const out = new Float32Array(tf.util.sizeFromShape(input.shape));
      avgPoolGradient(poolInfo(attrs as Attrs, input.shape), cpu.data.get(dy.dataId).values, out);
      return cpu.makeTensorInfo(input.shape, 'float32', out);
    },
  });
}
