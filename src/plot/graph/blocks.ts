import type { tf } from '../../engine/index';

/** One layer, as it stands in the picture. */
export interface Row {
  name: string;
  /** Its class, such as `Conv2D`. */
  type: string;
  /** Its output, such as `(None, 15, 15, 64)`; one for each output that differs. */
  shape: string;
}

/** Layers that follow one another without a branch, and the blocks that take their output. */
export interface Block {
  rows: Row[];
  /** Places in the list of blocks. */
  next: number[];
}

type Node = tf.layers.Layer['inboundNodes'][number];

/** Which layers take what each layer gives, by their places among the model's layers. */
function successors(model: tf.LayersModel, nodes: ReadonlySet<Node>): number[][] {
  const places = new Map(model.layers.map((layer, i) => [layer, i]));
  const next: number[][] = model.layers.map(() => []);
  if (nodes.size === 0) return next.map((_, i) => (i + 1 < next.length ? [i + 1] : [])); // a Sequential, a chain
  model.layers.forEach((layer, i) => {
    const sources = layer.inboundNodes
      .filter((node) => nodes.has(node))
      .flatMap((node) => node.inboundLayers);
    for (const source of new Set(sources)) {
      const place = places.get(source);
      if (place !== undefined) next[place].push(i);
    }
  });
  return next;
}

/** The calls of layers that belong to the model; a layer may have others, in other models. */
function nodesOf(model: tf.LayersModel): Set<Node> {
  const byDepth = model.nodesByDepth as typeof model.nodesByDepth | undefined;
  return new Set(Object.values(byDepth ?? {}).flat());
}

function rowOf(layer: tf.layers.Layer, nodes: ReadonlySet<Node>): Row {
  const ofModel = layer.inboundNodes.filter((node) => nodes.has(node));
  const tensors = (ofModel.length > 0 ? ofModel : layer.inboundNodes).flatMap((node) => node.outputTensors);
  const shapes = tensors.map(({ shape }) => `(${shape.map((side) => side ?? 'None').join(', ')})`);
  return { name: layer.name, type: layer.getClassName(), shape: [...new Set(shapes)].join(' ') };
}

/** A model as blocks of layers, in the order of the layers. */
export function blocksOf(model: tf.LayersModel): Block[] {
  const nodes = nodesOf(model);
  const rows = model.layers.map((layer) => rowOf(layer, nodes));
  return chained(rows, successors(model, nodes));
}

/**
 * Rows as blocks: those that follow one another without a branch are one.
 *
 * @param next for each row the places of those that take its output
 */
export function chained(rows: readonly Row[], next: readonly (readonly number[])[]): Block[] {
  const arrivals = next.map(() => 0);
  for (const place of next.flat()) arrivals[place]++;
  const blockOf = new Map<number, number>();
  const chains: number[][] = [];
  rows.forEach((_, start) => {
    if (blockOf.has(start)) return;
    const chain = [start];
    for (let last = start; next[last].length === 1 && arrivals[next[last][0]] === 1; last = next[last][0]) {
      chain.push(next[last][0]);
    }
    for (const place of chain) blockOf.set(place, chains.length);
    chains.push(chain);
  });
  return chains.map((chain) => ({
    rows: chain.map((place) => rows[place]),
    next: next[chain[chain.length - 1]].map((place) => blockOf.get(place)!),
  }));
}
