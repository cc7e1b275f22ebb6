import type { Node, Value } from '../ir';
import { maskedBlockGradient } from '../lowering/blocks';
import { rebuild, type Pass } from './rebuild';

/**
 * Cut the gradient where an activation was zero before it is spread over the windows of a max pooling, not after: what
 * a window gives is positive when its largest value is, which is a pass over the pooled pixels instead of all. A
 * gradient goes to a window's largest value alone, so the result is the same.
 */
export const maskBeforeUnpooling: Pass = (graph) =>
  rebuild(graph, (b, node) => {
    if (node.op !== 'Mul') return undefined;
    const [spread, mask] = pairOf(node);
    if (spread?.from === undefined || mask?.from === undefined) return undefined;
    const [gradient, places, shape] = spread.from.inputs;
    const pool = places?.from;
    if (pool?.op !== 'MaxPool' || pool.inputs[0] !== mask.from.inputs[0]) return undefined;
    const pooled = b.op('HardSigmoid', [pool.outputs[0]], mask.from.attrs);
    return [b.op('MaxUnpool', [b.op('Mul', [gradient, pooled]), places, shape], spread.from.attrs)];
  });

/** The factors of a product of a gradient spread over windows by the mask of an activation. */
function pairOf({ inputs }: Node): readonly (Value | undefined)[] {
  return ['MaxUnpool', 'HardSigmoid'].map((op) => inputs.find((input) => input?.from?.op === op));
}

/** The same for poolings of blocks, as the lowering wrote them. */
export const maskBeforeBlocks: Pass = (graph) =>
  rebuild(graph, (b, { op, inputs }) => {
    const mask = op === 'Mul' ? inputs.find((input) => input?.from?.op === 'HardSigmoid') : undefined;
    const gradient = inputs.find((input) => input !== mask);
    const masked = mask && gradient && maskedBlockGradient(b, gradient, mask);
    return masked && [masked];
  });
