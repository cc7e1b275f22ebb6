import { tf } from '../engine/index';
// What is registered when this module loads are the classes of tfjs and of convlab.
import './global-average-pooling-3d';
import './zero-padding-3d';

const ownClasses = new Set<unknown>(
  Object.values(tf.serialization.SerializationMap.getMap().classNameMap).map(([type]) => type),
);

/** Whether an optimizer or a layer is of one of tfjs's or convlab's own classes, of which is known what they read. */
export function isOwn({ constructor }: object): boolean {
  return ownClasses.has(constructor);
}

/** Whether layers are, with those that layers hold, as models, wrappers and recurrent ones do. */
export function areOwn(layers: readonly tf.layers.Layer[]): boolean {
  return layers.every((layer) => {
    if (!isOwn(layer)) return false;
    if (layer instanceof tf.LayersModel) return areOwn(layer.layers);
    const parts = Object.values(layer).flat() as unknown[];
    const held = parts.filter((part): part is tf.layers.Layer => part instanceof tf.layers.Layer);
    return areOwn(held);
  });
}
