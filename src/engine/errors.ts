import { engineNames, type EngineName } from './names';

/** The base of every error that choosing or running an engine throws on purpose. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** `CONVLAB_ENGINE` names no engine. */
export class UnknownEngineError extends EngineError {
  override name = 'UnknownEngineError';
  constructor(readonly requested: string) {
    const valid = engineNames.join(', ');
    super(
      `CONVLAB_ENGINE is "${requested}"; expected one of ${valid}, or leave it unset for the fastest there is.`,
    );
  }
}

/** The engine that `CONVLAB_ENGINE` asks for cannot run here. */
export class EngineUnavailableError extends EngineError {
  override name = 'EngineUnavailableError';
  constructor(
    readonly engine: EngineName,
    readonly reason: string,
  ) {
    super(
      `CONVLAB_ENGINE=${engine} was asked for, but ${reason}. ` +
        `Run \`npm run setup\` to mend it, or unset CONVLAB_ENGINE to take the fastest engine there is.`,
    );
  }
}

/** `engine.info()` was called before an engine was chosen. */
export class EngineNotReadyError extends EngineError {
  override name = 'EngineNotReadyError';
  constructor() {
    super('No engine is running yet. Write `await engine.ready()` before engine.info().');
  }
}

/** A kernel was called in a form that its WASM version does not have. */
export class UnsupportedOnWasmError extends EngineError {
  override name = 'UnsupportedOnWasmError';
  constructor(
    readonly kernelName: string,
    what: string,
  ) {
    super(
      `${kernelName} on the wasm engine does not support ${what}. ` +
        `Use CONVLAB_ENGINE=native or cpu, or another form of the operation.`,
    );
  }
}

/** A tensor does not fit into the memory of the WASM engine. */
export class WasmMemoryError extends EngineError {
  override name = 'WasmMemoryError';
  constructor(
    readonly bytes: number,
    /** What the engine has taken so far, in bytes. */
    readonly taken: number,
  ) {
    super(
      `The wasm engine is out of memory: it has 4.3 GB at most and holds ${(taken / 1e9).toFixed(1)} GB, ` +
        `and ${(bytes / 1e6).toFixed(1)} MB more do not fit. Take a smaller batch or smaller pictures, ` +
        'dispose of tensors that are not needed, or run `npm run setup` for the native engine.',
    );
  }
}
