import type { Value } from '../ir';
import { isElementwise } from '../operators/index';
import { rebuild, type Pass } from './rebuild';

/** What a value was before axes of length 1 were put in front of it. */
export function withoutLeadingOnes(value: Value): Value {
  const source = value.from?.op === 'Reshape' ? value.from.inputs[0]! : undefined;
  if (source === undefined) return value;
  const added = value.shape.length - source.shape.length;
  const same =
    added > 0 && value.shape.every((length, i) => length === (i < added ? 1 : source.shape[i - added]));
  return same ? source : value;
}

/**
 * Put axes of length 1 in front of a sum, or of an activation, after it is computed, not before. tfjs multiplies two
 * matrices as a batch of one, and adds the bias to that; without the extra axis, product and bias are one operator.
 */
export const reshapeLate: Pass = (graph) =>
  rebuild(graph, (b, node) => {
    const { op, inputs, attrs, outputs: [{ shape }] } = node; // prettier-ignore
    const isActivation = isElementwise(op) && inputs.length === 1;
    const plain = inputs.map((value) => value && withoutLeadingOnes(value));
    if (!(op === 'Add' || isActivation) || plain.every((value, i) => value === inputs[i])) return undefined;
    const result = b.op(op, plain, attrs);
    const added = shape.length - result.shape.length;
    const same = result.shape.every((length, i) => length === shape[i + added]);
    return added > 0 && same ? [b.reshape(result, shape)] : undefined;
  });
