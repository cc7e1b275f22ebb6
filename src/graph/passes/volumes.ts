import type { Node, Value } from '../ir';
import { rebuild, type Pass } from './rebuild';

/**
 * Normalise volumes as they are. tfjs does it to pictures alone, so that a volume is reshaped to one before, and back
 * behind; without that, a convolution can take the norm in, and a pooling the padding behind it.
 *
 * It belongs before {@link moveTransposes}, where channels are last as tfjs has them.
 */
export const normaliseVolumes: Pass = (graph) =>
  rebuild(graph, (b, node) => {
    const norm = transposed(node, [0, 2, 3, 1])?.from;
    if (norm?.op !== 'BatchNormalization') return undefined;
    const [x, ...numbers] = norm.inputs;
    const picture = transposed(x?.from, [0, 3, 1, 2]);
    const volume = picture?.from?.op === 'Reshape' ? picture.from.inputs[0]! : undefined;
    if (picture === undefined || volume?.shape.length !== 5) return undefined;
    if (volume.shape[0] !== picture.shape[0] || volume.shape[4] !== picture.shape[3]) return undefined;
    const normal = b.op(norm.op, [b.transpose(volume, [0, 4, 1, 2, 3]), ...numbers], norm.attrs);
    return [b.reshape(b.transpose(normal, [0, 2, 3, 4, 1]), picture.shape)];
  });

/** What a node transposes, if it is so. */
function transposed(node: Node | undefined, perm: readonly number[]): Value | undefined {
  return node?.op === 'Transpose' && String(node.attrs.perm) === String(perm) ? node.inputs[0] : undefined;
}
