import type { EventEmitter } from 'node:events';
import { tf } from '../engine/index';

/** What to stop. `cut` is true where the interrupt ended a computation half-way, so that the code behind it is gone. */
type Stop = (cut: boolean) => void;

const stops = new Set<Stop>();
let listening: EventEmitter | undefined;

/** Calls `stop` on the user's next interrupt in a notebook, unless the returned function is called before. */
export function onInterrupt(stop: Stop): () => void {
  listen();
  stops.add(stop);
  return () => stops.delete(stop);
}

/**
 * Lets a notebook's interrupt stop `model.fit` and `model.fitDataset` as it stops `train.fit`: the cell stops waiting
 * by itself, the training behind it ends after the batch in hand, and the model stays usable. Keras does the same on
 * KeyboardInterrupt.
 */
export function stopTrainingOnInterrupt(): void {
  if (!listen()) return;
  followTraining('fit');
  followTraining('fitDataset');
}

/**
 * Does work that ends by itself soon, such as a step of a training. The kernel is told, so that an interrupt waits for
 * its end: cut half-way it would leave the weights between two steps, and the WASM engine's memory in disorder.
 */
export async function inOnePiece<T>(work: () => Promise<T> | T): Promise<T> {
  const pieces = fromKernel('convlab.computing') as Int32Array | undefined;
  if (!pieces) return work();
  Atomics.add(pieces, 0, 1);
  try {
    return await work();
  } finally {
    Atomics.sub(pieces, 0, 1);
  }
}

/** What the kernel offers its libraries under a name; undefined outside a notebook. */
function fromKernel(name: string): unknown {
  return (globalThis as Record<symbol, unknown>)[Symbol.for(name)];
}

/** Whether the kernel tells of interrupts here. */
function listen(): boolean {
  const interrupts = fromKernel('convlab.interrupts') as EventEmitter | undefined;
  if (interrupts && interrupts !== listening) interrupts.on('interrupt', stopAll);
  listening = interrupts;
  return interrupts !== undefined;
}

function stopAll(): void {
  const cut = mendEngine();
  if (cut) (fromKernel('convlab.computing') as Int32Array | undefined)?.fill(0);
  const waiting = [...stops];
  stops.clear();
  for (const stop of waiting) stop(cut);
}

/**
 * The kernel cuts other computations that do not let it speak for 100 ms, and no `finally` runs. tfjs would keep every
 * tensor of its open scopes and record gradients for ever: bring it back to where nothing runs.
 *
 * @returns whether a computation had been cut
 */
export function mendEngine(): boolean {
  const engine = tf.engine();
  const { state } = engine;
  if (state.scopeStack.length === 0 && state.gradientDepth === 0 && state.kernelDepth === 0) return false;
  for (const { saved } of (state.activeTape as typeof state.activeTape | null) ?? []) tf.dispose(saved);
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  while (state.scopeStack.length > 0) engine.endScope();
  return true;
}

type Fit = (this: tf.LayersModel, ...args: unknown[]) => Promise<tf.History>;

function followTraining(method: 'fit' | 'fitDataset'): void {
  const prototype = tf.LayersModel.prototype as unknown as Record<typeof method, Fit>;
  const original = prototype[method];
  prototype[method] = async function (...args) {
    const release = onInterrupt((cut) => {
      this.stopTraining = true;
      // Nobody is left to take the mark away that lets a model train once at a time.
      if (cut) Object.assign(this, { isTraining: false });
    });
    try {
      return await inOnePiece(() => original.apply(this, args));
    } finally {
      release();
    }
  };
}
