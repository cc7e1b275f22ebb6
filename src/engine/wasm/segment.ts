import { tf } from '../tf';
import { floats, ints, wasmKernel } from './backend';

/** Sum the slices of `x` that share a segment id (the gradient of `gather`); negative ids are dropped. */
const unsortedSegmentSum = wasmKernel<'x' | 'segmentIds', tf.UnsortedSegmentSumAttrs>(
  'UnsortedSegmentSum',
  ({ x, segmentIds }, { numSegments }, backend) => {
    const inner = x.shape.slice(segmentIds.shape.length);
    const size = tf.util.sizeFromShape(inner);
    const out = backend.makeOutput([numSegments, ...inner], x.dtype);
    // Float and int views share the loop: JavaScript's numbers hold both exactly.
    const view = x.dtype === 'float32' ? floats : ints;
    const ids = ints(backend, segmentIds);
    const from = view(backend, x);
    const to = view(backend, out).fill(0);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i];
      if (id < 0 || id >= numSegments) continue;
      for (let k = 0; k < size; k++) to[id * size + k] += from[i * size + k];
    }
    return out;
  },
);

export const segmentKernels = [unsortedSegmentSum];
