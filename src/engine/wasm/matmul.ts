import type { tf } from '../tf';
import { compose, wasmKernel, type BackendWasm, type TensorInfo } from './backend';

/** The same matrices with their last two axes swapped: what the flag of a transposed operand stands for. */
function swapLast(rank: number): number[] {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return [...perm.slice(0, -2), rank - 1, rank - 2];
}

/**
 * The backend multiplies with XNNPACK only where neither operand is transposed, and with three plain
 * loops elsewhere; backward passes always transpose. Moving the data first is many times faster.
 */
const batchMatMul = wasmKernel<'a' | 'b', tf.BatchMatMulAttrs>(
  'BatchMatMul',
  ({ a, b }, { transposeA, transposeB }, backend, stock) => {
    if (a.dtype === 'int32' && b.dtype === 'int32')
      return integerProduct(backend, a, b, transposeA, transposeB);
    if (!transposeA && !transposeB) return stock();
    return compose(backend, (call) => {
      const straight = (x: TensorInfo, transposed: boolean): TensorInfo =>
        transposed ? call('Transpose', { x }, { perm: swapLast(x.shape.length) }) : x;
      const inputs = { a: straight(a, transposeA), b: straight(b, transposeB) };
      return call('BatchMatMul', inputs, { transposeA: false, transposeB: false });
    });
  },
);

/** Integers (a confusion matrix's counts) by way of floats: exact up to 2^24. */
function integerProduct(
  backend: BackendWasm,
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): TensorInfo {
  return compose(backend, (call) => {
    const float = (x: TensorInfo): TensorInfo => call('Cast', { x }, { dtype: 'float32' });
    const product = call('BatchMatMul', { a: float(a), b: float(b) }, { transposeA, transposeB });
    return call('Cast', { x: product }, { dtype: 'int32' });
  });
}

export const matmulKernels = [batchMatMul];
