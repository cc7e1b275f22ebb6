import os from 'node:os';
import { EngineNotReadyError, EngineUnavailableError, UnknownEngineError } from './errors';
import { EngineInfo } from './info';
import { engineNames, isEngineName, type EngineName } from './names';
import { NativeUnavailable, startNative } from './native/start';
import { tf } from './tf';
import { startWasm } from './wasm/start';

let starting: Promise<EngineInfo> | undefined;
let running: EngineInfo | undefined;
let asked = false;

/**
 * Start the fastest engine there is (native, else WASM, else plain JavaScript), or the one that
 * `CONVLAB_ENGINE` names. Later and concurrent calls give the same answer. Prints nothing.
 * @throws {UnknownEngineError} when `CONVLAB_ENGINE` names none.
 * @throws {EngineUnavailableError} when the engine that it names cannot run here.
 */
export function ready(): Promise<EngineInfo> {
  // A failed start is forgotten, so that it can be mended and tried again in the same notebook.
  starting ??= start().catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

/**
 * The engine that runs.
 * @throws {EngineNotReadyError} before `ready()` has resolved.
 */
export function info(): EngineInfo {
  if (!running) throw new EngineNotReadyError();
  return running;
}

/** Whether an engine has been asked for. */
export function isAsked(): boolean {
  return asked;
}

const starters: Record<EngineName, (reason: string | undefined) => Promise<EngineInfo>> = {
  native: async () => {
    const { version, gpu, reason } = await startNative();
    return new EngineInfo({ name: 'native', version, gpu, threads: parallelism(), reason });
  },
  wasm: async (reason) => {
    const { simd, threads } = await startWasm(parallelism());
    return new EngineInfo({ name: 'wasm', version: tf.version.tfjs, gpu: null, threads, simd, reason });
  },
  cpu: async (reason) => {
    await tf.setBackend('cpu');
    return new EngineInfo({ name: 'cpu', version: tf.version.tfjs, gpu: null, threads: 1, reason });
  },
};

async function start(): Promise<EngineInfo> {
  asked = true;
  const requested = process.env.CONVLAB_ENGINE ?? '';
  running = requested === '' ? await startFastest() : await startRequested(requested);
  return running;
}

async function startRequested(requested: string): Promise<EngineInfo> {
  if (!isEngineName(requested)) throw new UnknownEngineError(requested);
  try {
    return await starters[requested](undefined);
  } catch (error) {
    throw new EngineUnavailableError(requested, why(requested, error));
  }
}

async function startFastest(): Promise<EngineInfo> {
  const reasons: string[] = [];
  for (const name of engineNames) {
    try {
      const mend = reasons.length > 0 ? `${reasons.join('; ')}: run npm run setup` : undefined;
      return await starters[name](mend);
    } catch (error) {
      reasons.push(why(name, error));
    }
  }
  throw new EngineUnavailableError('cpu', reasons.join('; '));
}

function why(name: EngineName, error: unknown): string {
  if (error instanceof NativeUnavailable) return error.message;
  return `${name} engine does not start: ${error instanceof Error ? error.message : String(error)}`;
}

/** Cores this process may use, or what TensorFlow's own variable limits it to. */
function parallelism(): number {
  const limit = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(limit) && limit > 0 ? limit : os.availableParallelism();
}
