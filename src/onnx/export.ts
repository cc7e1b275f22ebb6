import { stat } from 'node:fs/promises';
import path from 'node:path';
import { tf } from '../engine/index';
import { functionalModel, graphOf, nameGraph, type Graph } from '../graph/index';
import { anyBatch, type DynamicGraph } from './dynamic';
import { ExportError } from './errors';
import { assertFits } from './memory';
import { saveGraph } from './write';

export interface ExportOptions {
  /**
   * Examples in a batch: a number, or `dynamic` for any. Default: any where the model allows it, else 1.
   */
  batch?: number | 'dynamic';
  /** Bytes of memory that may be used; default what is free. */
  available?: number;
}

/** A model as it was written. Shows itself as one line. */
export class ExportedModel {
  constructor(
    /** The model's file, and that of its weights where they are too many for one. */
    readonly files: readonly string[],
    readonly bytes: number,
    readonly operators: number,
    readonly batch: number | 'dynamic',
  ) {}

  /** `lenet5.onnx: 20 operators, 248 kB, any batch size` */
  toString(): string {
    const batch = this.batch === 'dynamic' ? 'any batch size' : `batch size ${this.batch}`;
    const size =
      this.bytes < 1e6 ? `${Math.ceil(this.bytes / 1e3)} kB` : `${(this.bytes / 1e6).toFixed(1)} MB`;
    return `${path.basename(this.files[0])}: ${this.operators} operators, ${size}, ${batch}`;
  }

  /** What a notebook shows for this value. */
  [Symbol.for('Jupyter.display')](): { 'text/plain': string } {
    return { 'text/plain': this.toString() };
  }
}

/** Batch sizes to compare for a dynamic one; neither is 1, which would hide that an axis is the batch's. */
const SIZES = [2, 3] as const;

/**
 * Write a model to an ONNX file (opset 18) for prediction, with the shape of every tensor, and with names from the
 * layers: nodes `conv1/Conv`, weights `conv1/kernel`, the inputs and outputs as the model calls them. They keep
 * tfjs's order of axes, channels last; inside, and in the weights, it is ONNX's.
 *
 * @throws OnnxFileError when the file cannot be written; nothing of it is left then
 * @throws ExportError when the model's inputs have open axes, a dynamic batch is asked for and cannot be had, or the
 *   memory would not do: nothing was started then
 * @throws UnsupportedKernelError for a layer that has no form in ONNX
 *
 * @example
 * await onnx.exportModel(models.lenet5(), 'lenet5.onnx');
 */
export async function exportModel(
  model: tf.LayersModel,
  file: string,
  { batch, available }: ExportOptions = {},
): Promise<ExportedModel> {
  if (typeof batch === 'number' && !(Number.isInteger(batch) && batch > 0))
    throw new ExportError(`Expected batch to be a whole number from 1, or 'dynamic', got ${batch}.`);
  const functional = assertExportable(model);
  assertFits(model, typeof batch === 'number' ? batch : Math.max(...SIZES), available);
  const { size, graph, dims } = batchGraph(functional, batch);
  const named = nameGraph(graph);
  const files = await saveGraph(named, file, { name: model.name, dims });
  const stats = await Promise.all(files.map((each) => stat(each)));
  const bytes = stats.reduce((sum, each) => sum + each.size, 0);
  return new ExportedModel(
    [file, ...files.filter((each) => each !== file)],
    bytes,
    named.graph.nodes.length,
    size,
  );
}

interface Exported extends Partial<DynamicGraph> {
  readonly size: number | 'dynamic';
  readonly graph: Graph;
}

function batchGraph(model: tf.LayersModel, batch: ExportOptions['batch']): Exported {
  if (typeof batch === 'number') return { size: batch, graph: modelGraph(model, batch) };
  try {
    const [one, other] = SIZES.map((size) => modelGraph(model, size));
    return { size: 'dynamic', ...anyBatch(one, other, SIZES) };
  } catch (error) {
    if (batch === 'dynamic' || !(error instanceof ExportError)) throw error;
    return { size: 1, graph: modelGraph(model, 1) };
  }
}

/** The model that knows its inputs by name, when all their axes but the batch's are known. */
function assertExportable(given: tf.LayersModel): tf.LayersModel {
  if ((given.inputs as tf.SymbolicTensor[] | undefined)?.length === 0)
    throw new ExportError(`${given.name} has no layers yet, so there is nothing to export.`);
  const model = functionalModel(given);
  for (const [i, { shape }] of model.inputs.entries()) {
    if (shape.slice(1).every((length) => length !== null)) continue;
    throw new ExportError(
      `The input ${model.inputNames[i]} of ${model.name} has open axes, [${shape.map(String).join(', ')}]. ` +
        'Trace the model on an example of the size you need: onnx.trace((x) => model.predict(x), example).save(file).',
    );
  }
  return model;
}

/** A model's prediction for a batch of a given size as a graph. */
function modelGraph(model: tf.LayersModel, batch: number): Graph {
  const examples = Object.fromEntries(
    model.inputs.map(({ shape, dtype }, i) => {
      const lengths = shape.slice(1) as number[];
      return [model.inputNames[i], tf.zeros([batch, ...lengths], dtype)];
    }),
  );
  const predict = (inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
    const result = model.apply(Object.values(inputs)) as tf.Tensor | tf.Tensor[];
    const outputs = Array.isArray(result) ? result : [result];
    return Object.fromEntries(outputs.map((output, i) => [model.outputNames[i], output]));
  };
  try {
    return graphOf(predict, examples).graph;
  } finally {
    tf.dispose(examples);
  }
}
