import { rebuild, type Pass } from './rebuild';

/**
 * Normalise volumes as they are. tfjs does it to pictures alone, so that a volume is reshaped to one before, and back
 * behind; without that, a convolution can take the norm in.
 *
 * It belongs behind {@link moveTransposes}, where channels are first.
 */
export const normaliseVolumes: Pass = (graph) =>
  rebuild(graph, (b, node) => {
    const [picture, ...numbers] = node.inputs;
    if (node.op !== 'BatchNormalization' || picture?.from?.op !== 'Reshape') return undefined;
    const [volume] = picture.from.inputs;
    const [examples, channels] = picture.shape;
    if (volume!.shape.length < 3 || volume!.shape[0] !== examples || volume!.shape[1] !== channels)
      return undefined;
    return [b.reshape(b.op(node.op, [volume, ...numbers], node.attrs), picture.shape)];
  });
