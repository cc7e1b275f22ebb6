import os from 'node:os';
import { tf } from '../engine/index';
import { executionOrder, valueCount } from '../models/execution';
import { ExportError } from './errors';

const BYTES_PER_VALUE = 4;
/** Bytes that an engine takes for each byte of results; its allocator is left with pieces that nothing fits into. */
const ALLOCATED = 2;
/** Copies of the weights: for each of two batch sizes as they are and in ONNX's order, and the file's bytes, twice. */
const COPIES = 6;

/**
 * Refuse an export that would be killed for want of memory, before anything runs. A batch of zeros goes through the
 * model, whose results are kept until the last layer that reads them; the weights are copied.
 *
 * @param available bytes that may be used
 * @throws ExportError when more are needed
 */
export function assertFits(model: tf.LayersModel, batch: number, available = freeMemory()): void {
  const weights = model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
  const needed = BYTES_PER_VALUE * (ALLOCATED * mostHeld(model, batch) + COPIES * weights);
  if (needed <= available) return;
  const smaller = batch > 1 ? 'Export with { batch: 1 }, take' : 'Take';
  throw new ExportError(
    `Exporting ${model.name}, by a batch of ${batch}, takes about ${shown(needed)}, but only ${shown(available)} ` +
      `are free. ${smaller} a smaller input or model, or end what else holds memory.`,
  );
}

/** Values at the layer that has most: its result twice (before and after an activation), and what is still to be read. */
function mostHeld(model: tf.LayersModel, batch: number): number {
  const sizeOf = (result: tf.SymbolicTensor): number => valueCount('onnx.exportModel', result, batch);
  const order = executionOrder(model);
  const lastReader = new Map<tf.SymbolicTensor, tf.SymbolicTensor>();
  for (const result of order) for (const input of result.inputs) lastReader.set(input, result);
  let [held, most] = [0, 0];
  for (const result of order) {
    held += sizeOf(result);
    most = Math.max(most, held + sizeOf(result));
    for (const input of new Set(result.inputs)) if (lastReader.get(input) === result) held -= sizeOf(input);
  }
  return most;
}

/** Bytes that this process may still take; without a container's limit it is 0, or more than any machine has. */
function freeMemory(): number {
  const rss = process.memoryUsage.rss();
  // macOS calls free only what not even a cache holds.
  const unused = process.platform === 'darwin' ? os.totalmem() - rss : os.freemem();
  return Math.min(unused, (process.constrainedMemory() || Infinity) - rss);
}

function shown(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
