/** The thread in which the compiler is loaded and works; started by `client.ts`. */
import module from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Call } from './client';
import type { TypeScriptServices as Services } from './services';

// Node 22 and later keep the compiled form of the compiler.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
const { TypeScriptServices } = module.createRequire(__filename)('./services.js') as {
  TypeScriptServices: typeof Services;
};

const { directory, packageRoot } = workerData as { directory: string; packageRoot: string };
const services = new TypeScriptServices(directory, packageRoot);

parentPort!.on('message', ({ id, method, args }: Call) => {
  let answer: Answer;
  try {
    const callable = services as unknown as Record<Call['method'], (...values: unknown[]) => unknown>;
    answer = { id, value: callable[method](...args) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort!.postMessage(answer);
});
