#!/usr/bin/env node
/** `npm run data -- status`, `get NAME`, `verify`: the data sets, through the `convlab` command. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runMain } from './lib/errors.mjs';
import { layout } from './lib/layout.mjs';
import { checkNode } from './lib/node-version.mjs';
import { build } from './setup/build.mjs';
import { npmPackages } from './setup/npm-packages.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  checkNode();
  await setUp(undefined, [npmPackages, build]);
  const command = join(layout().dist, 'cli/main.js');
  const child = spawn(process.execPath, [command, 'data', ...process.argv.slice(2)], { stdio: 'inherit' });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
});
