import type { tf } from '../engine/index';
import { executionOrder, valueCount } from './execution';

/** What each layer multiplies its kernels with: once for each place of its output, or of its input. */
const kernelsMeet: Readonly<Partial<Record<string, 'output' | 'input'>>> = {
  Dense: 'output',
  Conv1D: 'output',
  Conv2D: 'output',
  Conv3D: 'output',
  DepthwiseConv2D: 'output',
  SeparableConv2D: 'output',
  Conv2DTranspose: 'input',
  Conv3DTranspose: 'input',
};

/**
 * The multiply-adds that one example takes in the convolutions and dense layers of a model, which is where networks
 * of them spend their time. Biases, norms, poolings and activations are not counted, as is usual.
 *
 * @throws InputError for a model of which the size of the input is open
 */
export function multiplyAdds(model: tf.LayersModel): number {
  return executionOrder(model).reduce((sum, result) => sum + ofLayer(result), 0);
}

function ofLayer(result: tf.SymbolicTensor): number {
  const layer = result.sourceLayer;
  if (isModel(layer)) return multiplyAdds(layer);
  const meets = kernelsMeet[layer.getClassName()];
  if (meets === undefined) return 0;
  const places = placesOf(meets === 'output' ? result : result.inputs[0]);
  const kernels = layer.weights.filter(({ shape }) => shape.length > 1);
  return kernels.reduce((sum, { shape }) => sum + places * shape.reduce<number>((a, b) => a * b!, 1), 0);
}

/** Everything but examples and channels. */
function placesOf(result: tf.SymbolicTensor): number {
  const { dataFormat } = result.sourceLayer as { dataFormat?: string };
  const channels = result.shape[dataFormat === 'channelsFirst' ? 1 : result.rank - 1]!;
  return valueCount('models.multiplyAdds', result, 1) / channels;
}

function isModel(layer: tf.layers.Layer): layer is tf.LayersModel {
  return 'layers' in layer;
}
