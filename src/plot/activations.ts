import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { rasterOf, type Pixels } from './raster';

const WHERE = 'plot.featureMaps';

/** What a layer answers to one image, its first channels. */
export interface Activations {
  layer: string;
  height: number;
  width: number;
  /** How many channels the layer has. */
  channels: number;
  /** How many of them are here. */
  shown: number;
  /** shown × height × width numbers, channel by channel. */
  values: Float32Array;
}

/** A layer's name and one of its symbolic outputs. */
export interface LayerOutput {
  layer: string;
  tensor: tf.SymbolicTensor;
}

/**
 * The outputs of a model's layers that are pictures, which is those of rank 4, in the order of the layers.
 *
 * @param layers only these, in this order; default all but the input
 * @throws InputError when there are none, or a name is not among them
 */
export function pictureOutputs(model: tf.LayersModel, layers?: readonly string[]): LayerOutput[] {
  const all = everyPicture(model);
  const names = [...new Set(all.map(({ layer }) => layer))];
  if (names.length === 0) {
    const expected = 'a model with layers whose output is [batch, height, width, channels]';
    throw new InputError(WHERE, expected, `${model.layers.length} layers and none of that kind`);
  }
  const unknown = layers?.length === 0 ? 'none' : layers?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const few = names.length > 12 ? `${names.slice(0, 12).join(', ')} …` : names.join(', ');
    throw new InputError(WHERE, `layers among ${few}`, unknown);
  }
  return layers ? layers.flatMap((name) => all.filter(({ layer }) => layer === name)) : all;
}

function everyPicture(model: tf.LayersModel): LayerOutput[] {
  const inputs = (model.inputs as tf.SymbolicTensor[] | undefined) ?? [];
  if (inputs.length !== 1) {
    const hint = 'Give the first layer of a sequential model its inputShape.';
    throw new InputError(WHERE, 'a built model with one input', `${inputs.length} inputs`, hint);
  }
  // The graph is made anew: a sequential model that never ran has none yet, and a layer that several models
  // share has outputs that do not belong to this one.
  const graph = tf.model({ inputs, outputs: model.outputs });
  const nodes = Object.values(graph.nodesByDepth).reverse().flat();
  return graph.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .flatMap((layer) => nodes.filter((node) => node.outboundLayer === layer))
    .flatMap(({ outboundLayer, outputTensors }) =>
      outputTensors.map((tensor) => ({ layer: outboundLayer.name, tensor })),
    )
    .filter(({ tensor }) => tensor.shape.length === 4);
}

function tensorOf(image: tf.Tensor | Pixels): tf.Tensor {
  if (image instanceof tf.Tensor) return image.toFloat();
  const { width, height, channels, data } = rasterOf(WHERE, image);
  return tf.tensor3d(Float32Array.from(data), [height, width, channels]).div(255);
}

/** The image as a batch of one; pictures become shares of 255, as the lessons train on them. */
function batchOf(model: tf.LayersModel, image: tf.Tensor | Pixels): tf.Tensor {
  const tensor = tensorOf(image);
  const batch = tensor.rank === 3 ? tensor.expandDims(0) : tensor;
  const sides = model.inputs[0].shape.slice(1);
  const wanted = [1, ...sides];
  const fits = wanted.every((side, i) => side === null || side === batch.shape[i]);
  if (fits && batch.rank === wanted.length) return batch;
  const expected = `one image of ${sides.map((side) => side ?? 'any').join('×')} (height × width × channels)`;
  const hint = 'Resize or convert it to what the model takes.';
  throw new InputError(WHERE, expected, `shape [${tensor.shape.join(', ')}]`, hint);
}

/**
 * Run a model once on one image and read what some of its layers answer.
 *
 * @param limit channels to read of each layer, at most
 * @throws InputError when the image does not fit the model
 */
export function activations(
  model: tf.LayersModel,
  outputs: readonly LayerOutput[],
  image: tf.Tensor | Pixels,
  limit: number,
): Activations[] {
  const view = tf.model({ inputs: model.inputs, outputs: outputs.map(({ tensor }) => tensor) });
  const results = tf.tidy(() => {
    const answers = view.predict(batchOf(model, image));
    return (Array.isArray(answers) ? answers : [answers]).map((answer) => {
      const [, height, width, channels] = answer.shape;
      const first = answer.slice([0, 0, 0, 0], [1, height, width, Math.min(limit, channels)]);
      return { height, width, channels, maps: first.squeeze<tf.Tensor3D>([0]).transpose([2, 0, 1]) };
    });
  });
  return results.map(({ maps, ...shape }, i) => {
    const values = maps.dataSync<'float32'>();
    maps.dispose();
    return { layer: outputs[i].layer, ...shape, shown: maps.shape[0], values };
  });
}
