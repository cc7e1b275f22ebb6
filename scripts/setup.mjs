#!/usr/bin/env node
/**
 * Makes a fresh clone ready: npm packages, `.venv`, TensorFlow's library, the native addon, the build, the
 * kernel's compiler, the kernelspec. What is done already is left alone. `npm start` and `npm test` do the same first.
 */
import { runMain } from './lib/errors.mjs';
import { Progress } from './lib/progress.mjs';
import { setUp } from './setup/run.mjs';
import { checkNode } from './lib/node-version.mjs';

await runMain(async () => {
  checkNode();
  const began = Date.now();
  const progress = new Progress();
  const { states, changed } = await setUp({ progress });
  const engine = states.addon === 'missing' ? 'WASM' : 'native';
  const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
  progress.line(`set-up ${changed ? 'done' : 'is up to date'} (${took}); engine: ${engine}`);
});
