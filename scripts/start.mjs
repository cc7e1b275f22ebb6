#!/usr/bin/env node
/**
 * `npm start`: the set-up, then JupyterLab on the lessons; the token is on, only this machine can connect.
 * Arguments go to JupyterLab: `npm start -- --no-browser --port 8890`. Ctrl-C ends it and its kernels.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UserError, runMain } from './lib/errors.mjs';
import { exists } from './lib/files.mjs';
import { jupyterEnv } from './lib/jupyter.mjs';
import { layout } from './lib/layout.mjs';
import { checkNode } from './lib/node-version.mjs';
import { setUp } from './setup/run.mjs';

const PATIENCE = 15_000;

await runMain(async () => {
  checkNode();
  const { states } = await setUp();
  const paths = layout();
  if (states.python === 'missing' || !exists(paths.python)) {
    throw new UserError('JupyterLab needs Python, which the set-up could not prepare', {
      mend: 'do what the set-up says above, then: npm start (npm run doctor shows all that is missing)',
    });
  }
  return serve(paths, [...rootArguments(), ...process.argv.slice(2)]);
});

/** In containers everything is root; JupyterLab refuses that unless told, though it listens on this machine only. */
function rootArguments() {
  if (process.getuid?.() !== 0) return [];
  process.stderr.write('running as root: JupyterLab is started with --allow-root\n');
  return ['--allow-root'];
}

/** Runs JupyterLab until it ends or we are told to end it; gives its exit code. */
function serve(paths, args) {
  const lab = spawn(paths.python, ['-m', 'jupyterlab', `--ServerApp.root_dir=${paths.root}`, ...args], {
    cwd: paths.root,
    env: jupyterEnv(paths),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // the server shuts its kernels down on SIGTERM without asking; one that does not end is ended
      lab.kill('SIGTERM');
      setTimeout(() => lab.kill('SIGKILL'), PATIENCE).unref();
    });
  }
  return new Promise((done, fail) => {
    lab.once('error', (error) =>
      fail(new UserError(`JupyterLab does not start: ${error.message}`, { mend: 'npm run setup' })),
    );
    lab.once('close', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}
