import type { Described, Json } from './json';

/**
 * Renumber calls of Sequential models. A model counts the node in which it was made before those in which it is
 * called; a Sequential does so in Keras 2 and in tfjs, and no longer in Keras 3.
 *
 * @param layers with inbound nodes as lists of [layer, node, tensor]
 * @param by what to add to the node
 */
export function shiftNodes(layers: readonly Described[], by: 1 | -1): Described[] {
  const shifted = new Set(
    layers.filter(({ class_name }) => class_name === 'Sequential').map(({ name }) => name),
  );
  const shift = (value: Json): Json => {
    if (!Array.isArray(value)) return value;
    const [name, node, ...rest] = value;
    if (typeof name !== 'string' || typeof node !== 'number') return value.map(shift);
    return [name, shifted.has(name) ? node + by : node, ...rest];
  };
  return layers.map((layer) => ({ ...layer, inbound_nodes: shift(layer.inbound_nodes) }));
}
