#!/usr/bin/env node
/** `npm run bench [-- NAME]`: runs a benchmark beside its peers, in one run; without a name the comparison of all. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { UserError, runMain } from './lib/errors.mjs';
import { exists } from './lib/files.mjs';
import { jupyterEnv } from './lib/jupyter.mjs';
import { layout } from './lib/layout.mjs';
import { checkNode } from './lib/node-version.mjs';
import { setUp } from './setup/run.mjs';

await runMain(async () => {
  checkNode();
  const given = process.argv.slice(2);
  const isNamed = given.length > 0 && (given[0] === '--help' || !given[0].startsWith('-'));
  const [name, ...args] = isNamed ? given : ['compare', ...given];
  const paths = layout();
  const names = benches(paths.root);
  if (name === '--help') {
    process.stdout.write(
      `npm run bench [-- NAME [OPTIONS]]\n\nNAME is one of: ${names.join(', ')}\nWithout a name it is compare.\n`,
    );
    return 0;
  }
  if (!names.includes(name)) {
    throw new UserError(`there is no bench '${name}'; there are: ${names.join(', ')}`);
  }
  const { states } = await setUp();
  if (states.python === 'missing') throw new UserError('benches need Python', { mend: 'npm run doctor' });
  return perform(paths, join(paths.root, 'bench', name, 'bench.py'), args);
});

/** Each folder of `bench/` that holds a `bench.py`. */
function benches(root) {
  const folder = join(root, 'bench');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && exists(join(folder, entry.name, 'bench.py')))
    .map(({ name }) => name);
}

function perform(paths, script, args) {
  const env = { ...jupyterEnv(paths), NODE: process.execPath };
  const bench = spawn(paths.python, [script, ...args], { cwd: paths.root, env, stdio: 'inherit' });
  return new Promise((done, fail) => {
    bench.once('error', fail);
    bench.once('close', (code) => done(code ?? 1));
  });
}
