import { hasNative, startBackend } from '../../engine/testing/backends';
import { tf } from '../../engine/index';

type Engine = 'native' | 'wasm';

/** The engines that a graph can be traced on here. */
export const tracingEngines: readonly Engine[] = hasNative() ? ['native', 'wasm'] : ['wasm'];

const started = new Map<Engine, Promise<string>>();

/** Make an engine the current one; started once in a process. */
export async function useEngine(engine: Engine = tracingEngines[0]): Promise<void> {
  let starting = started.get(engine);
  if (starting === undefined) {
    starting = startBackend(engine);
    started.set(engine, starting);
  }
  await tf.setBackend(await starting);
}
