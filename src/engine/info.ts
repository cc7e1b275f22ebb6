import type { EngineName } from './names';

export interface EngineFacts {
  name: EngineName;
  version: string;
  gpu: string | null;
  threads: number;
  reason?: string | undefined;
  simd?: boolean;
}

/** Which engine runs, and how. Shows itself in a notebook as one line. */
export class EngineInfo {
  readonly name: EngineName;
  /** Of TensorFlow for `native`, else of tfjs. */
  readonly version: string;
  /** The GPU's model, or null where the CPU computes. */
  readonly gpu: string | null;
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Why a faster engine, or the GPU, is not in use. */
  declare readonly reason?: string;
  readonly #simd: boolean;

  constructor({ name, version, gpu, threads, reason, simd = false }: EngineFacts) {
    this.name = name;
    this.version = version;
    this.gpu = gpu;
    this.threads = threads;
    if (reason !== undefined) this.reason = reason;
    this.#simd = simd;
  }

  /** One line, as `engine: wasm · tfjs 4.22.0 · SIMD, 2 threads (native engine not built: run npm run setup)`. */
  toString(): string {
    const library = this.name === 'native' ? 'TensorFlow' : 'tfjs';
    const threads = `${this.threads} ${this.threads === 1 ? 'thread' : 'threads'}`;
    const reason = this.reason === undefined ? '' : ` (${this.reason})`;
    return `engine: ${this.name} · ${library} ${this.version} · ${this.#unit()}, ${threads}${reason}`;
  }

  #unit(): string {
    if (this.name === 'native') return this.gpu === null ? 'CPU' : `GPU ${this.gpu}`;
    if (this.name === 'wasm') return this.#simd ? 'SIMD' : 'no SIMD';
    return 'plain JavaScript';
  }

  /** What a notebook shows for this value. */
  [Symbol.for('Jupyter.display')](): { 'text/plain': string } {
    return { 'text/plain': this.toString() };
  }
}
