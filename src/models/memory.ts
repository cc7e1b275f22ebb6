import os from 'node:os';
import { info, tf, type EngineName } from '../engine/index';
import { executionOrder, valueCount } from './execution';

type Result = tf.SymbolicTensor;

const BYTES_PER_VALUE = 4;
/** What a WebAssembly module can address. */
const WASM_LIMIT = 4 * 2 ** 30;
/** An engine's threads and tables at its first pass. */
const FIRST_PASS = 50e6;
/** Copies of the weights while a model is compiled: as they are, in onnxruntime's order, and written down. */
const COMPILED_COPIES = 6;
/** Bytes that an engine takes for each byte of values: its allocator is left with pieces that nothing fits into. */
const ALLOCATED: Readonly<Record<EngineName, number>> = { native: 1.7, wasm: 1.25, cpu: 2 };

/** A model does not fit into memory. Nothing was started. */
export class MemoryError extends RangeError {
  override readonly name = 'MemoryError';

  constructor(
    readonly need: MemoryNeed,
    /** Bytes that are free. */
    readonly available: number,
  ) {
    super(
      `${need.toString()}, but only ${shown(available)} are free. ` +
        'Take a smaller input, a smaller batch or a smaller model, or end what else holds memory.',
    );
  }
}

/** What a forward pass takes. As the last value of a cell it shows itself as one line. */
export class MemoryNeed {
  /** Bytes by which the process will grow, about: {@link values}, the engine's own, and a compiled model's weights. */
  readonly bytes: number;

  constructor(
    readonly model: string,
    /** The shape of a batch. */
    readonly input: readonly number[],
    /** Bytes of the weights, which are in memory since the model was built. */
    readonly weights: number,
    /** Bytes of inputs and results at the step that holds most. */
    readonly values: number,
    /** The layer that computes at that step. */
    readonly layer: string,
    /** Whether the model is compiled first. */
    readonly compiles = false,
  ) {
    const copies = compiles ? COMPILED_COPIES * weights : 0;
    this.bytes = FIRST_PASS + ALLOCATED[info().name] * values + copies;
  }

  /** What it takes to compile the model first. */
  get compiled(): MemoryNeed {
    return new MemoryNeed(this.model, this.input, this.weights, this.values, this.layer, true);
  }

  /** As `densenet121 on [1, 224, 224, 224, 1] needs about 1.5 GB (829 MB of values at pool1_pad; weights 50 MB, loaded)`. */
  toString(): string {
    const weights = this.compiles ? 'loaded and to be compiled' : 'loaded';
    return (
      `${this.model} on [${this.input.join(', ')}] needs about ${shown(this.bytes)} ` +
      `(${shown(this.values)} of values at ${this.layer}; weights ${shown(this.weights)}, ${weights})`
    );
  }

  /** What a notebook shows for this value. */
  [Symbol.for('Jupyter.display')](): { 'text/plain': string } {
    return { 'text/plain': this.toString() };
  }
}

/**
 * What `model.predict` takes for a batch, counted from the model's graph before anything runs: each result is kept
 * until the last layer that reads it has run. A model within the model counts as one layer. Training keeps every
 * result, and takes far more.
 *
 * @param batch examples that go through the model at once; `model.predict` takes up to 32
 * @throws EngineNotReadyError before `engine.ready()`: engines differ
 * @throws InputError for a model of which the size of the input is open
 */
export function memoryNeeded(model: tf.LayersModel, batch = 1): MemoryNeed {
  const size = (result: Result): number => BYTES_PER_VALUE * valueCount('models.memoryNeeded', result, batch);
  const order = executionOrder(model);
  const readers = countReaders(order);
  for (const output of model.outputs) readers.set(output, Infinity);
  // What the caller holds, and the copy of it that `predict` cuts its batches from.
  let held = 2 * model.inputs.reduce((sum, input) => sum + size(input), 0);
  let most = { values: held, layer: model.inputs[0].sourceLayer.name };
  for (const result of order) {
    if (result.inputs.length === 0) continue;
    held += size(result);
    const values = held + scratch(result, size);
    if (values > most.values) most = { values, layer: result.sourceLayer.name };
    for (const input of new Set(result.inputs)) {
      const left = readers.get(input)! - 1;
      readers.set(input, left);
      if (left === 0 && input.inputs.length > 0) held -= size(input);
    }
  }
  const weights = model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
  const input = [batch, ...(model.inputs[0].shape.slice(1) as number[])];
  return new MemoryNeed(model.name, input, BYTES_PER_VALUE * weights, most.values, most.layer);
}

function countReaders(order: readonly Result[]): Map<Result, number> {
  const readers = new Map<Result, number>();
  for (const { inputs } of order) {
    for (const input of new Set(inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  return readers;
}

/** Bytes that a layer takes beside its input and output while it computes. */
function scratch(result: Result, size: (result: Result) => number): number {
  const layer = result.sourceLayer;
  const className = layer.getClassName();
  const { kernelSize, strides, useBias, activation = 'linear' } = layer.getConfig();
  if (info().name === 'wasm' && className === 'Conv3D') {
    const [[depth], [stride]] = [kernelSize, strides] as [number[], number[]];
    return (size(result.inputs[0]) * depth) / stride;
  }
  // The results before the bias and before the activation.
  const isComputedInSteps = className === 'Dense' || className.includes('Conv');
  const steps = Number(useBias === true) + Number(activation !== 'linear');
  return isComputedInSteps ? steps * size(result) : 0;
}

/** Bytes that this process may still take. */
export function freeMemory(): number {
  const { name, gpu } = info();
  if (gpu !== null) return Infinity;
  // Of a container's memory; without a limit it is 0 or more than any machine has.
  const limit = process.constrainedMemory() || Infinity;
  const rss = process.memoryUsage.rss();
  // macOS calls free only what not even a cache holds.
  const unused = process.platform === 'darwin' ? os.totalmem() - rss : os.freemem();
  const free = Math.min(unused, limit - rss);
  return name === 'wasm' ? Math.min(free, WASM_LIMIT - tf.memory().numBytes) : free;
}

function shown(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
