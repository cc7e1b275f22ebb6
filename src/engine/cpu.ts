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

/** What a kernel writes into `out`, whose shape is `shape`, from the gradient of its result. */
type Gradient<Attrs> = (
  dy: tf.TensorInfo,
  values: Float32Array,
  attrs: Attrs,
  shape: number[],
  out: Float32Array,
) => void;

/**
 * Replace the kernels that tfjs's CPU backend computes wrongly: the gradients of average pooling where windows reach
 * over the border, and of resizing to the nearest pixel where a batch has more than one picture.
 */
export function repairCpuKernels(): void {
  if (repaired) return;
  repaired = true;
  replacePool('AvgPoolGrad', ({ filterSize, strides, pad }: tf.AvgPoolGradAttrs, shape) =>
    withDepth(tf.backend_util.computePool2DInfo(shape as Shape4D, filterSize, strides, 1, pad)),
  );
  replacePool(
    'AvgPool3DGrad',
    ({ filterSize, strides, pad, dimRoundingMode }: tf.AvgPool3DGradAttrs, shape) =>
      tf.backend_util.computePool3DInfo(shape as Shape5D, filterSize, strides, 1, pad, dimRoundingMode),
  );
  replace('ResizeNearestNeighborGrad', 'images', resizeNearestGradient);
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the attributes
function replacePool<Attrs>(kernelName: string, poolInfo: (attrs: Attrs, shape: number[]) => PoolInfo): void {
  replace<Attrs>(kernelName, 'input', (_, values, attrs, shape, out) => {
    avgPoolGradient(poolInfo(attrs, shape), values, out);
  });
}

function replace<Attrs>(kernelName: string, input: string, gradient: Gradient<Attrs>): void {
  tf.unregisterKernel(kernelName, 'cpu');
  tf.registerKernel({
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { dy, [input]: x } = inputs as Record<string, tf.TensorInfo>;
      const cpu = backend as CpuBackend;
      const out = new Float32Array(tf.util.sizeFromShape(x.shape));
      gradient(dy, cpu.data.get(dy.dataId).values, attrs as Attrs, x.shape, out);
      return cpu.makeTensorInfo(x.shape, 'float32', out);
    },
  });
}

/** Each pixel of the result gives its gradient to the one that it was taken from. */
function resizeNearestGradient(
  dy: tf.TensorInfo,
  values: Float32Array,
  { alignCorners }: tf.ResizeNearestNeighborGradAttrs,
  [batch, height, width, depth]: number[],
  out: Float32Array,
): void {
  const [, toHeight, toWidth] = dy.shape;
  const source = (i: number, from: number, to: number): number => {
    const place = i * (alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
    return Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
  };
  for (let b = 0, at = 0; b < batch; b++) {
    for (let row = 0; row < toHeight; row++) {
      const line = (b * height + source(row, height, toHeight)) * width;
      for (let column = 0; column < toWidth; column++) {
        const to = (line + source(column, width, toWidth)) * depth;
        for (let channel = 0; channel < depth; channel++) out[to + channel] += values[at++];
      }
    }
  }
}
