import { tf } from '../tf';
import { compose, runKernel, wasmKernel, type Call, type TensorInfo } from './backend';

/*
 * The backend slices up to four axes row by row, more axes element by element. An axis that is taken whole can be
 * joined with the one before it without moving anything, which leaves four of a batch of volumes or fewer.
 */

const FAST_RANK = 4;

/** The same slice of the same data with fewer axes. */
interface Joined {
  shape: number[];
  begin: number[];
  size: number[];
}

function joinWholeAxes(shape: readonly number[], begin: readonly number[], size: readonly number[]): Joined {
  const joined: Joined = { shape: [shape[0]], begin: [begin[0]], size: [size[0]] };
  for (let axis = 1; axis < shape.length; axis++) {
    const isWhole = begin[axis] === 0 && size[axis] === shape[axis];
    for (const [list, values] of [
      [joined.shape, shape],
      [joined.begin, begin],
      [joined.size, size],
    ] as const) {
      if (!isWhole) list.push(values[axis]);
      else list[list.length - 1] *= shape[axis];
    }
  }
  return joined;
}

function sliceJoined(
  call: Call,
  x: TensorInfo,
  { shape, begin, size }: Joined,
  result: number[],
): TensorInfo {
  const part = call('Slice', { x: call('Reshape', { x }, { shape }) }, { begin, size });
  return call('Reshape', { x: part }, { shape: result });
}

const slice = wasmKernel<'x', tf.SliceAttrs>('Slice', ({ x }, attrs, backend, stock) => {
  if (x.shape.length <= FAST_RANK) return stock();
  const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
  const joined = joinWholeAxes(x.shape, begin, size);
  if (joined.shape.length > FAST_RANK) return stock();
  return compose(backend, (call) => sliceJoined(call, x, joined, size));
});

/** The backend's own does not call the kernel above. */
const splitV = wasmKernel<'x', tf.SplitVAttrs>(
  'SplitV',
  ({ x }, { numOrSizeSplits, axis }, backend, stock) => {
    if (x.shape.length <= FAST_RANK) return stock();
    const [along] = tf.util.parseAxisParam(axis, x.shape);
    const begin = x.shape.map(() => 0);
    return tf.backend_util.prepareSplitSize(x, numOrSizeSplits, along).map((length) => {
      const size = x.shape.with(along, length);
      const part = runKernel(backend, 'Slice', { x }, { begin: [...begin], size });
      begin[along] += length;
      return part;
    });
  },
);

export const sliceKernels = [slice, splitV];
