/** Runs notebooks headless, each in a Python process of its own with the standard Jupyter client. */
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';
import { lastLines, run } from '../lib/processes.mjs';
import { table } from '../lib/table.mjs';
import { jupyterEnv } from '../lib/jupyter.mjs';

const RUNNER = fileURLToPath(new URL('../run_notebook.py', import.meta.url));

/**
 * @typedef {{ name: string, value: number, atLeast?: number, engine: string }} Gate
 * @typedef {{ name: string, cells: number, executed: number, seconds: number, ok: boolean, message: string,
 *   gates: Gate[] }} Result
 */

/**
 * Runs the notebooks, `jobs` at a time; progress goes to stderr.
 * @param {string[]} notebooks
 * @param {{ paths: ReturnType<import('../lib/layout.mjs').layout>, env: NodeJS.ProcessEnv, out?: string,
 *   timeout?: number, kernel?: string, jobs?: number, fast?: boolean, store?: boolean }} options `timeout` in seconds
 * @returns {Promise<Result[]>} in the notebooks' order
 */
export async function runLessons(notebooks, options) {
  if (!exists(options.paths.python)) {
    throw new UserError('lessons need Python, and .venv is not there', {
      mend: 'npm run setup (it says what is missing)',
    });
  }
  const results = new Array(notebooks.length);
  const queue = notebooks.entries();
  const worker = async () => {
    for (const [index, notebook] of queue) results[index] = await runOne(notebook, options);
  };
  await Promise.all(Array.from({ length: options.jobs ?? 1 }, worker));
  return results;
}

/** @returns {Promise<Result>} */
async function runOne(notebook, { paths, env, out = paths.lessons, timeout, kernel, fast, store }) {
  const name = basename(notebook, '.ipynb');
  const args = [RUNNER, notebook, '--out', resolve(out), '--plotly', paths.plotly];
  if (timeout !== undefined) args.push('--timeout', String(timeout));
  if (store) args.push('--store');
  if (kernel) args.push('--kernel', kernel);
  const childEnv = { ...jupyterEnv(paths, env), ...(fast && { CONVLAB_FAST: '1' }) };
  const { stdout, output } = await run(paths.python, args, { env: childEnv, live: ['stderr'] });
  const outcome = parse(stdout) ?? { ...NOTHING, message: `the runner broke off:\n${lastLines(output)}` };
  if (!outcome.ok) process.stderr.write(`${name}  FAILED: ${outcome.message}\n`);
  return { name, ...outcome };
}

const NOTHING = { cells: 0, executed: 0, seconds: 0, ok: false, gates: [] };

function parse(stdout) {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch {
    return undefined;
  }
}

const shorten = (text) => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

/** The table of results and the line that counts them. */
export function summary(results) {
  const rows = results.map(({ name, cells, executed, seconds, ok, message, gates }) => [
    name,
    `${executed}/${cells}`,
    `${seconds.toFixed(1)} s`,
    ok
      ? ['passed', ...gates.map(({ name, value }) => `${name} ${value.toFixed(4)}`)].join(', ')
      : `FAILED: ${shorten(message.split('\n')[0])}`,
  ]);
  const failed = results.filter(({ ok }) => !ok).length;
  return [
    table([['lesson', 'cells', 'time', 'result'], ...rows], { right: [1, 2] }),
    `${results.length - failed} passed, ${failed} failed`,
  ].join('\n');
}

/** Where a lesson's results are, for people. */
export function resultPaths(result, out) {
  return ['ipynb', 'html'].map((ending) => join(out, `${result.name}.${ending}`));
}
