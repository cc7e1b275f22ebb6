/** What runs tests, each leaving a report from which they are counted. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jupyterEnv } from '../lib/jupyter.mjs';
import { run } from '../lib/processes.mjs';
import { countPytest, countVitest, settle } from './counts.mjs';

export const MINUTE = 60_000;

/** Tests that vitest runs: all of its configuration, or those in the folders of `args`. */
export const vitest =
  (name, args = []) =>
  async ({ root, env, node, paths }) => {
    const report = freshReport(paths, `${name}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const command = [join(paths.nodeModules, 'vitest/vitest.mjs'), 'run', ...args, ...reporters];
    const { code, output } = await run(node, command, { cwd: root, env, timeout: 20 * MINUTE });
    return { ...settle(countVitest(report), code), output };
  };

/** The tests of a folder that pytest runs, within `timeout` milliseconds. */
export const pytest =
  (name, folder, timeout) =>
  async ({ root, env, paths }) => {
    const report = freshReport(paths, `${name}.xml`);
    const args = ['-m', 'pytest', folder, '-q', `--junitxml=${report}`];
    const { code, output } = await run(paths.python, args, {
      cwd: root,
      env: jupyterEnv(paths, env),
      timeout,
    });
    return { ...settle(countPytest(report), code), output };
  };

/** Where tools keep what saves them time. */
export const cacheOf = (paths) => join(paths.nodeModules, '.cache/convlab');

/** A path for a report, nothing left there of an earlier run. */
function freshReport(paths, name) {
  mkdirSync(cacheOf(paths), { recursive: true });
  const path = join(cacheOf(paths), name);
  rmSync(path, { force: true });
  return path;
}
