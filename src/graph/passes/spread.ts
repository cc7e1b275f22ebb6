import { isSingle } from '../builder';
import type { Value } from '../ir';
import { isElementwise } from '../operators/index';
import { rebuild, type Pass } from './rebuild';

function unspread(value: Value | undefined): Value | undefined {
  return value?.from?.op === 'Expand' ? value.from.inputs[0] : value;
}

/**
 * Compute with small values before they are repeated, not after: the gradient of a mean multiplies by a full-size
 * tensor of ones, that of batch norm by a mean spread over the batch. Operators repeat small operands by themselves.
 */
export const spreadLate: Pass = (graph) =>
  rebuild(graph, (b, node) => {
    const { op, inputs, attrs, outputs: [{ shape }] } = node; // prettier-ignore
    const small = inputs.map(unspread);
    if (small.every((value, i) => value === inputs[i])) return undefined;
    if (isElementwise(op)) {
      const result = b.op(op, small, attrs);
      return [result.shape.join() === shape.join() ? result : b.expand(result, shape)];
    }
    const [x] = small;
    const moves = op === 'Reshape' || op === 'Transpose';
    return moves && x && isSingle(x) ? [b.expand(b.reshape(x, []), shape)] : undefined;
  });
