import type { tf } from '../../engine/index';
import { Wrong } from '../errors';

/** A layer with weights, in Keras' words. */
export interface LayerConfig {
  name: string;
  type: string;
  /** Without the examples. */
  outputShape: number[];
  filters?: number;
  kernelSize?: number[];
  strides?: number[];
  padding?: string;
  useBias?: boolean;
  units?: number;
  epsilon?: number;
}

/** Settings in tfjs' configurations, by their names here. */
const SETTINGS = {
  filters: 'filters',
  kernelSize: 'kernelSize',
  strides: 'strides',
  padding: 'padding',
  useBias: 'useBias',
  units: 'units',
  epsilon: 'epsilon',
} as const;

interface Structure {
  layers: readonly LayerConfig[];
  parameters: number;
}

/**
 * Compares the layers that have weights, by name: their kind, settings and output shapes, then the number of parameters.
 *
 * @throws Wrong for the first that differs
 */
export function checkLayers(model: tf.LayersModel, { layers, parameters }: Structure, input?: string): void {
  const weighted = model.layers.filter((layer) => layer.weights.length > 0);
  const names = weighted.map(({ name }) => name);
  for (const expected of layers) {
    const layer = weighted.find(({ name }) => name === expected.name);
    if (!layer) throw new Wrong({ ...missing(expected, layers, names), input });
    checkLayer(layer, expected, input);
  }
  const extra = names.find((name) => !layers.some((layer) => layer.name === name));
  if (extra)
    throw new Wrong({ summary: `expected ${layers.length} layers with weights, got ${extra} too`, input });
  if (model.countParams() !== parameters) {
    const summary = `expected ${parameters} parameters, got ${model.countParams()}`;
    throw new Wrong({ summary, input });
  }
}

function missing({ name, type }: LayerConfig, layers: readonly LayerConfig[], names: readonly string[]) {
  const others = names.filter((each) => !layers.some((layer) => layer.name === each));
  const cause = others.length > 0 ? `there are the names ${others.join(', ')} instead` : 'it is left out';
  return { summary: `expected a layer ${name} (${type}), and there is none`, cause };
}

function checkLayer(layer: tf.layers.Layer, expected: LayerConfig, input?: string): void {
  const type = layer.getClassName();
  if (type !== expected.type) {
    throw new Wrong({ summary: `${layer.name}: expected the layer ${expected.type}, got ${type}`, input });
  }
  const config = layer.getConfig();
  for (const [setting, key] of Object.entries(SETTINGS) as [keyof typeof SETTINGS, string][]) {
    const value = expected[setting];
    if (value === undefined || told(value) === told(config[key])) continue;
    const summary = `${layer.name}: expected ${setting} ${told(value)}, got ${told(config[key])}`;
    throw new Wrong({ summary, input });
  }
  const shape = (layer.outputShape as (number | null)[]).slice(1);
  if (shape.join() !== expected.outputShape.join()) {
    const summary = `${layer.name}: expected its output to have the shape ${told(expected.outputShape)}, got ${told(shape)}`;
    throw new Wrong({ summary, input, cause: 'the padding or the stride of a layer before it' });
  }
}

function told(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
