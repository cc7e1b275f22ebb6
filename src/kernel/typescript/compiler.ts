/** The process in which the compiler is loaded and works; started by `client.ts` where there is no snapshot of it. */
import module from 'node:module';
import type { serve } from './serve';

// Node 22 and later keep the compiled form of the compiler.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
const loaded = module.createRequire(__filename)('./serve.js') as { serve: typeof serve };
loaded.serve();
