import type { tf } from '../../engine/index';
import type { Builder } from '../builder';
import { sizeOf, type Value } from '../ir';
import { activate } from './elementwise';
import { withAttrs, type Lowerings } from './lowering';

/** The last two axes swapped. */
function swapped(b: Builder, x: Value): Value {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => axis);
  return b.transpose(x, [...perm.slice(0, -2), rank - 1, rank - 2]);
}

/** Matrices, or a batch of them, multiplied; a flag says that a factor is stored transposed. */
function product(b: Builder, x: Value, y: Value, transX: boolean, transY: boolean): Value {
  const [batchX, batchY] = [x, y].map(({ shape }) => shape.slice(0, -2));
  const single = sizeOf(batchX) === 1 && sizeOf(batchY) === 1;
  if (!single || x.dtype !== 'float32') {
    return b.op('MatMul', [transX ? swapped(b, x) : x, transY ? swapped(b, y) : y]);
  }
  // One pair of matrices: Gemm transposes while it multiplies.
  const [flatX, flatY] = [x, y].map((each) => b.reshape(each, each.shape.slice(-2)));
  const result = b.op('Gemm', [flatX, flatY], { transA: Number(transX), transB: Number(transY) });
  const batch = batchX.length > batchY.length ? batchX : batchY;
  return b.reshape(result, [...batch, ...result.shape]);
}

export const productLowerings: Lowerings = {
  BatchMatMul: withAttrs<tf.BatchMatMulAttrs>((b, { inputs, attrs }) =>
    product(b, inputs.a, inputs.b, attrs.transposeA, attrs.transposeB),
  ),
  Einsum: withAttrs<tf.EinsumAttrs>((b, { inputs, attrs: { equation } }) =>
    b.op('Einsum', Object.values(inputs), { equation }),
  ),
  _FusedMatMul: withAttrs<tf._FusedMatMulAttrs>((b, call) => {
    const { inputs, attrs } = call;
    const raw = product(b, inputs.a, inputs.b, attrs.transposeA, attrs.transposeB);
    const bias = inputs.bias as Value | undefined;
    return activate(b, bias === undefined ? raw : b.op('Add', [raw, bias]), call);
  }),
};
