#!/usr/bin/env node
/**
 * `npm start`: the set-up, then JupyterLab on the lessons; the token is on, only this machine can connect.
 * Arguments go to JupyterLab: `npm start -- --no-browser --port 8890`. Ctrl-C ends it and its kernels.
 */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { UserError, runMain } from './lib/errors.mjs';
import { exists } from './lib/files.mjs';
import { jupyterEnv } from './lib/jupyter.mjs';
import { isInstalled, layout } from './lib/layout.mjs';
import { checkNode } from './lib/node-version.mjs';
import { setUp } from './setup/run.mjs';

const PATIENCE = 15_000;

await runMain(async () => {
  checkNode();
  const paths = layout();
  const { states } = isInstalled() ? { states: {} } : await setUp();
  if (states.python === 'missing' || !exists(paths.python)) {
    throw new UserError('JupyterLab needs Python, which the set-up has not prepared', {
      mend: 'npm run setup, do what it says, then: npm start (npm run doctor shows all that is missing)',
    });
  }
  if (isInstalled()) bringLessons(paths);
  return serve(paths, [...rootArguments(), ...process.argv.slice(2)]);
});

/** Where convlab is an installed package: copies its lessons into this folder; those that are there stay as they are. */
function bringLessons({ notebooks }) {
  const folder = join(process.cwd(), 'notebooks');
  cpSync(notebooks, folder, { recursive: true, force: false });
  process.stderr.write(`the lessons are in ${folder}\n`);
}

/** In containers everything is root; JupyterLab refuses that unless told, though it listens on this machine only. */
function rootArguments() {
  if (process.getuid?.() !== 0) return [];
  process.stderr.write('running as root: JupyterLab is started with --allow-root\n');
  return ['--allow-root'];
}

/** Runs JupyterLab until it ends or we are told to end it; gives its exit code. */
function serve(paths, args) {
  const work = isInstalled() ? process.cwd() : paths.root;
  // its address, and no list of its extensions around it; `--log-level=INFO` brings that back
  const own = [`--ServerApp.root_dir=${work}`, '--log-level=WARN', ...args];
  const lab = spawn(paths.python, ['-m', 'jupyterlab', ...own], {
    cwd: work,
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
