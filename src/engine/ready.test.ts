import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineNotReadyError, EngineUnavailableError, UnknownEngineError } from './errors';
import { NativeUnavailable } from './native/start';

vi.mock('./native/start', async (original) => ({
  ...(await original<object>()),
  startNative: () => Promise.reject(new NativeUnavailable('native engine not built')),
}));

/** A fresh copy of the module: what it has started is module state. */
async function load(): Promise<typeof import('./ready.js')> {
  vi.resetModules();
  return import('./ready.js');
}

beforeEach(() => vi.stubEnv('CONVLAB_ENGINE', ''));
afterEach(() => vi.unstubAllEnvs());

describe('ready', () => {
  it('gives one answer to concurrent and later calls, and info gives it too', async () => {
    vi.stubEnv('CONVLAB_ENGINE', 'cpu');
    const { ready, info } = await load();
    const [first, second] = await Promise.all([ready(), ready()]);
    expect(second).toBe(first);
    expect(await ready()).toBe(first);
    expect(info()).toBe(first);
    expect(first).toMatchObject({ name: 'cpu', gpu: null, threads: 1 });
  });

  it('has no info before it is ready', async () => {
    const { info } = await load();
    expect(info).toThrow(expect.objectContaining({ name: EngineNotReadyError.name }) as Error);
    expect(info).toThrow('await engine.ready()');
  });

  it('refuses an unknown engine, lists those there are, and can be asked again', async () => {
    const { ready } = await load();
    vi.stubEnv('CONVLAB_ENGINE', 'gpu');
    const error = await ready().catch((e: unknown) => e as Error);
    expect(error).toMatchObject({ name: UnknownEngineError.name });
    expect(String(error)).toContain('native, wasm, cpu');
    vi.stubEnv('CONVLAB_ENGINE', 'cpu');
    expect((await ready()).name).toBe('cpu');
  });

  it('does not fall back where an engine is asked for by name', async () => {
    vi.stubEnv('CONVLAB_ENGINE', 'native');
    const { ready } = await load();
    const error = await ready().catch((e: unknown) => e as Error);
    expect(error).toMatchObject({ name: EngineUnavailableError.name });
    expect(String(error)).toMatch(/native engine not built.*npm run setup/);
  });

  it('falls to WASM otherwise, says why, and leaves the process as it was', async () => {
    const { ready } = await load();
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '2');
    const listeners = process.listenerCount('unhandledRejection');
    const engine = await ready();
    expect(engine).toMatchObject({ name: 'wasm', threads: 2, gpu: null });
    expect(String(engine)).toMatch(
      /^engine: wasm · tfjs [\d.]+ · SIMD, 2 threads \(native engine not built: run npm run setup\)$/,
    );
    expect(process.listenerCount('unhandledRejection')).toBe(listeners);
    expect(globalThis).not.toHaveProperty('Worker');
  });
});
