import { createRequire } from 'node:module';
import path from 'node:path';
import { EngineError } from '../errors';
import { tf } from '../tf';
import type { BackendWasm } from './backend';
import { guardMemory } from './memory';
import { registerWasmKernels } from './register';
import { MAX_WASM_THREADS, withBrowserWorkers } from './threads';

/** How the WASM backend runs. */
export interface WasmBuild {
  simd: boolean;
  threads: number;
}

type WasmModule = typeof import('@tensorflow/tfjs-backend-wasm');

/** Threads start in a fraction of a second; past this they never will. */
const THREADS_TIMEOUT_MS = 20_000;

/**
 * Start the WASM backend with up to `threads` threads and make it tfjs's current one.
 * Where threads do not start it runs on one.
 */
export async function startWasm(threads: number): Promise<WasmBuild> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const manifest = createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  wasm.setWasmPaths(path.join(path.dirname(manifest), 'dist', path.sep));
  registerWasmKernels();
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  const backend = await createBackend(wasm, simd ? Math.min(threads, MAX_WASM_THREADS) : 1);
  guardMemory(backend.wasm);
  // Its own factory is replaced by one that hands out this instance: tfjs would report a failure
  // of the factory only as text on the terminal.
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => backend, 2);
  if (!(await tf.setBackend('wasm'))) throw new EngineError('tfjs did not accept the WASM backend.');
  return { simd, threads: wasm.getThreadsCount() };
}

async function createBackend(wasm: WasmModule, threads: number): Promise<BackendWasm> {
  if (threads > 1) {
    try {
      return await keepingProcessListeners(() => createThreaded(wasm, threads));
    } catch {
      // One thread always works, only slower; `EngineInfo.threads` tells.
    }
  }
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  return keepingProcessListeners(() => create());
}

async function createThreaded(wasm: WasmModule, threads: number): Promise<BackendWasm> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
  wasm.setThreadsCount(threads);
  return withBrowserWorkers(threads, async (workers) => {
    try {
      const backend = await withTimeout(create(), THREADS_TIMEOUT_MS);
      endIdleWorkers(backend);
      workers.unref();
      return backend;
    } catch (error) {
      workers.terminate();
      throw error;
    }
  });
}

async function create(): Promise<BackendWasm> {
  const backend: unknown = await tf.findBackendFactory('wasm')();
  return backend as BackendWasm;
}

/** The build starts eight workers, however many its pool takes. */
function endIdleWorkers(backend: BackendWasm): void {
  const { PThread } = backend.wasm as { PThread?: { unusedWorkers: { terminate(): void }[] } };
  PThread?.unusedWorkers.splice(0).forEach((worker) => worker.terminate());
}

async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new EngineError(`no answer in ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

/**
 * The WASM loader adds process-wide listeners that rethrow every uncaught error and rejection,
 * which is not for a library to decide. Take out what `start` adds.
 */
async function keepingProcessListeners<T>(start: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => new Set(process.rawListeners(event)));
  try {
    return await start();
  } finally {
    events.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        if (!before[i].has(listener)) process.removeListener(event, listener as () => void);
      }
    });
  }
}
