import { axesOf } from '../builder';
import { intList, type Value } from '../ir';
import { pairs } from '../lowering/blocks';
import { isElementwise } from '../operators/index';
import { rebuild, type Pass } from './rebuild';

/** What pictures [n, h, w, c] were before pairs of their rows and columns were joined: [n, h / 2, 2, w / 2, 2, c]. */
function paired({ from, shape }: Value): Value | undefined {
  const source = from?.op === 'Reshape' ? from.inputs[0] : undefined;
  return source?.shape.join() === pairs(shape).join() ? source : undefined;
}

/**
 * Join pairs of rows and columns after a sum or an activation is computed, not before, and add over them apart. What
 * lies between a convolution and a pooling that work on blocks of pixels is then computed in their order of axes.
 */
export const unpairLate: Pass = (graph) =>
  rebuild(graph, (b, { op, inputs, attrs, outputs: [{ shape }] }) => {
    const [first] = inputs;
    if (op === 'ReduceSum' && attrs.keepdims === 0 && first!.shape.length === 4) {
      const source = paired(first!);
      const axes = axesOf({ op, inputs, attrs, outputs: [], layer: '' });
      return source && axes.join() === '0,1,2'
        ? [b.op(op, [source, intList([0, 1, 2, 3, 4])], attrs)]
        : undefined;
    }
    if (!isElementwise(op) || shape.length !== 4) return undefined;
    // One number for each channel, or one for all, is spread over pairs alike.
    const apart = inputs.map((input) => (input!.shape.length <= 1 ? input : paired(input!)));
    if (apart.some((input) => input === undefined) || apart.every((input) => input!.shape.length <= 1))
      return undefined;
    return [b.reshape(b.op(op, apart, attrs), shape)];
  });
