import { tf } from '../engine/index';

/** A layer that has weights. */
export interface WeightedLayer {
  /** Its name, after those of the models it is nested in: `encoder/conv1`. */
  name: string;
  /** Its place in a file whose layers have no names, see {@link Ranks}. */
  key: string;
  /** In Keras' order: what trains comes first, so gamma, beta, moving mean, moving variance. */
  weights: tf.LayerVariable[];
}

/** A layer in Keras 3's layout, with or without weights. */
export interface GroupedLayer {
  layer: tf.layers.Layer;
  /** Where it stands in the file: `layers/conv2d_1`. */
  group: string;
}

/** Numbers the layers of each kind: `conv2d#0`, `dense#0`, `conv2d#1`. */
export class Ranks {
  private readonly counts = new Map<string, number>();

  next(kind: string): number {
    const count = this.counts.get(kind) ?? 0;
    this.counts.set(kind, count + 1);
    return count;
  }
}

/** The weights as Keras 1 and 2 list them: of the model's own layers; a model among them counts as one layer. */
export function topLayers(model: tf.LayersModel): WeightedLayer[] {
  return model.layers
    .filter(({ weights }) => weights.length > 0)
    .map(({ name, weights }, i) => ({ name, key: `#${i}`, weights }));
}

/** The weights as Keras 3 groups them: of all layers that are no models, counted by kind in each model. */
export function leafLayers(model: tf.LayersModel, names = '', within = ''): WeightedLayer[] {
  const ranks = new Ranks();
  return model.layers.flatMap((layer): WeightedLayer[] => {
    const { weights } = layer;
    if (weights.length === 0) return [];
    const kind = kindOf(layer);
    const key = `${within}${kind}#${ranks.next(kind)}`;
    const name = `${names}${layer.name}`;
    return layer instanceof tf.LayersModel
      ? leafLayers(layer, `${name}/`, `${key}/`)
      : [{ name, key, weights }];
  });
}

/** All layers, models among them and within them, in the groups of Keras 3's layout, named by kind and counted. */
export function groupedLayers(model: tf.LayersModel, within = ''): GroupedLayer[] {
  const ranks = new Ranks();
  return kerasLayers(model).flatMap((layer) => {
    const kind = kindOf(layer);
    const rank = ranks.next(kind);
    const group = `${within}layers/${kind}${rank ? `_${rank}` : ''}`;
    return [{ layer, group }, ...(layer instanceof tf.LayersModel ? groupedLayers(layer, `${group}/`) : [])];
  });
}

/** The layers that Keras counts: the input layer of a Sequential is none of them. */
export function kerasLayers(model: tf.LayersModel): tf.layers.Layer[] {
  if (!(model instanceof tf.Sequential)) return model.layers;
  return model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
}

/** The class of a layer in Keras, in snake case as Keras writes it: leaky_re_lu, conv2d, functional. */
function kindOf(layer: tf.layers.Layer): string {
  const name = layer.getClassName();
  return (name === 'Model' ? 'Functional' : name)
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
