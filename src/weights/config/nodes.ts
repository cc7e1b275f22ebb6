import { WeightsError } from '../errors';
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

/**
 * See that every call can be made once those before it are: tfjs would wait for a missing layer for ever.
 *
 * @param layers with inbound nodes as tfjs takes them
 * @throws WeightsError for loops, and for calls of layers that are not there
 */
export function checkGraph(layers: readonly Described[], file: string): void {
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, i) => typeof name !== 'string' || names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new WeightsError(file, 'model', 'layers with names of their own', JSON.stringify(twice), DAMAGED);
  }
  // An input and a model have a node from the start; a call is known by its layer and its number.
  const made = new Map(layers.map(({ name, class_name }) => [name, STARTED.has(class_name) ? 1 : 0]));
  let waiting = layers.flatMap(({ name, inbound_nodes }) =>
    calls(inbound_nodes).map((inputs) => ({ name, inputs })),
  );
  // A call of nothing is none: tfjs would not make it, and wait for what it gives.
  const canBeMade = (inputs: Json[]) =>
    inputs.length > 0 &&
    inputs.every((input) => {
      const [name, node] = Array.isArray(input) ? input : [];
      return typeof node === 'number' && node >= 0 && node < (made.get(name) ?? 0);
    });
  for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length;
    waiting = waiting.filter(({ name, inputs }) => {
      const ready = canBeMade(inputs);
      if (ready) made.set(name, (made.get(name) ?? 0) + 1);
      return !ready;
    });
  }
  if (waiting.length === 0) return;
  const [{ name, inputs }] = waiting;
  const found = `an input from ${JSON.stringify(inputs)}`;
  throw new WeightsError(
    file,
    `layer ${JSON.stringify(name)}`,
    'inputs from layers before it',
    found,
    DAMAGED,
  );
}

const DAMAGED = 'The description of the model is damaged: save it again.';

const STARTED = new Set(['InputLayer', 'Model', 'Sequential']);

function calls(nodes: Json): Json[][] {
  return Array.isArray(nodes) ? nodes.filter((node) => Array.isArray(node)) : [];
}
