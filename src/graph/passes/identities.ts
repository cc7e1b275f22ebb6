import type { Node, Value } from '../ir';
import { isIdentity } from '../permutation';
import { rebuild, type Pass } from './rebuild';

/** Leave out nodes that change nothing, and reshape once where it is done twice. */
export const removeIdentities: Pass = (graph) =>
  rebuild(graph, (b, node) => {
    const same = unchanged(node);
    if (same !== undefined) return [same];
    const [x] = node.inputs;
    if (node.op !== 'Reshape' || x?.from?.op !== 'Reshape') return undefined;
    const [source] = x.from.inputs;
    const [{ shape }] = node.outputs;
    return [source!.shape.join() === shape.join() ? source! : b.reshape(source!, shape)];
  });

/** The input that a node's output is equal to. */
function unchanged({ op, inputs, attrs, outputs: [y] }: Node): Value | undefined {
  const [a, b] = inputs;
  const sameShape = (value: Value): boolean => value.shape.join() === y.shape.join();
  switch (op) {
    case 'Identity':
      return a;
    case 'Cast':
      return a!.dtype === y.dtype ? a : undefined;
    case 'Transpose':
      return isIdentity(attrs.perm as number[]) ? a : undefined;
    case 'Reshape':
    case 'Expand':
      return sameShape(a!) ? a : undefined;
    case 'Mul':
      return [a!, b!].find((_, i) => isNumber([b!, a!][i], 1) && sameShape([a!, b!][i]));
    case 'Add':
      return [a!, b!].find((_, i) => isNumber([b!, a!][i], 0) && sameShape([a!, b!][i]));
    case 'Div':
      return isNumber(b!, 1) && sameShape(a!) ? a : undefined;
    case 'Sub':
      return isNumber(b!, 0) && sameShape(a!) ? a : undefined;
    default:
      return undefined;
  }
}

/** Whether a value is a constant of one number, or of many that are the same; a weight that has it now is none. */
function isNumber({ data, name }: Value, number: number): boolean {
  return data !== undefined && name === undefined && data.every((each) => Number(each) === number);
}
