import { tf } from '../engine/index';
import { WeightsError } from './errors';
import type { SavedLayer, SavedModel, SavedWeight } from './layouts';
import { leafLayers, topLayers, type WeightedLayer } from './model-layers';

export interface MatchOptions {
  /** Find a layer's weights by its name (the default), or by its place among the layers. */
  byName: boolean;
  /** Leave out what does not fit instead of throwing. */
  skipMismatch: boolean;
}

/** What came of reading weights into a model. */
export interface LoadReport {
  /** The layers that have new weights. */
  loaded: string[];
  /** What was left out, a line each with the reason. */
  skipped: string[];
}

/** A weight of the model and the values for it. */
type Assignment = readonly [tf.LayerVariable, SavedWeight];

/** How many mismatches a message lists. */
const LISTED = 12;

/**
 * Put saved weights into a model. All of them are compared first, so that a model gets the weights of a file as a
 * whole or keeps its own.
 *
 * @throws WeightsError with every mismatch, unless told to skip them
 */
export function assignWeights(
  model: tf.LayersModel,
  saved: SavedModel,
  file: string,
  { byName, skipMismatch }: MatchOptions,
): LoadReport {
  if (byName && saved.layers.some(({ name }) => name === undefined)) {
    const hint = 'Keras before 3.5 wrote it. Load in order instead: { byName: false }.';
    throw new WeightsError(file, '', 'names of layers', 'layers without names', hint);
  }
  const layers = saved.layout === 'named' ? topLayers(model) : leafLayers(model);
  const found = new Map(saved.layers.map((layer) => [byName ? layer.name! : layer.key, layer]));
  const assignments: Assignment[] = [];
  const loaded: string[] = [];
  const skipped: string[] = [];
  for (const layer of layers) {
    const key = byName ? layer.name : layer.key;
    const source = found.get(key);
    found.delete(key);
    const mismatches = source ? compare(layer, source) : [`${layer.name}: not in the file`];
    if (mismatches.length > 0) skipped.push(...mismatches);
    else {
      loaded.push(layer.name);
      assignments.push(
        ...layer.weights.map((weight, i): Assignment => [weight, fitting(source!.weights[i], weight)!]),
      );
    }
  }
  for (const { name, key } of found.values()) skipped.push(`${name ?? key}: not in the model`);
  if (skipped.length > 0 && !skipMismatch) refuse(model, file, loaded, skipped, byName);
  assign(assignments);
  return { loaded, skipped };
}

function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.join(', ')}]`;
}

/** A weight's name within its layer: `conv1/kernel` → `kernel`. */
function shortName({ originalName }: tf.LayerVariable): string {
  return originalName.slice(originalName.lastIndexOf('/') + 1);
}

function fitting(saved: SavedWeight, { shape }: tf.LayerVariable): SavedWeight | undefined {
  const wanted = shapeText(shape);
  if (shapeText(saved.shape) === wanted) return saved;
  return saved.inOtherOrder && shapeText(saved.inOtherOrder.shape) === wanted
    ? saved.inOtherOrder
    : undefined;
}

function compare(layer: WeightedLayer, saved: SavedLayer): string[] {
  const label =
    saved.name === undefined || saved.name === layer.name ? layer.name : `${layer.name} (${saved.name})`;
  const [expected, found] = [layer.weights.length, saved.weights.length];
  if (expected !== found) return [`${label}: expected ${expected} weights, found ${found}`];
  return layer.weights.flatMap((weight, i) => {
    if (fitting(saved.weights[i], weight)) return [];
    const shapes = `expected ${shapeText(weight.shape)}, found ${shapeText(saved.weights[i].shape)}`;
    return [`${label}, ${shortName(weight)}: ${shapes}`];
  });
}

function refuse(
  model: tf.LayersModel,
  file: string,
  loaded: string[],
  skipped: string[],
  byName: boolean,
): never {
  const lines = skipped.slice(0, LISTED).map((line) => `\n  ${line}`);
  if (skipped.length > LISTED) lines.push(`\n  and ${skipped.length - LISTED} more`);
  const hint =
    byName && loaded.length === 0
      ? 'Where only the names differ, load in order: { byName: false }.'
      : 'To load the rest, pass { skipMismatch: true }. The model keeps its weights.';
  const found = `${skipped.length} that do not fit:${lines.join('')}`;
  throw new WeightsError(file, '', `the weights of ${model.name}`, found, hint);
}

function assign(assignments: readonly Assignment[]): void {
  // Not tf.tidy around all: each tensor may go as soon as its weight has it.
  for (const [weight, saved] of assignments) {
    const values = tf.tensor(saved.read(), saved.shape, 'float32');
    const variable = weight.read();
    if (variable instanceof tf.Variable) variable.assign(values); // weight.write would apply a constraint as well
    values.dispose();
  }
}
