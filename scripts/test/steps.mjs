/** The steps of `npm test`. Each gives its counts and, where it failed, what the tool said. */
import { join } from 'node:path';
import { allLessons } from '../lesson/find.mjs';
import { runLessons } from '../lesson/run.mjs';
import { run } from '../lib/processes.mjs';
import { npmCommand } from '../setup/npm-packages.mjs';
import { countOne, settle } from './counts.mjs';
import { cacheOf, MINUTE, pytest, vitest } from './tools.mjs';

/**
 * @typedef {import('../setup/context.mjs').Context} Context
 * @typedef {import('./counts.mjs').Counts & { output?: string, reason?: string }} Verdict
 * @typedef {'Python' | 'Chromium'} Need
 * @typedef {{ need: Need, title: string, note: string }} Want without what it wants a step is a lesser one, of this title
 * @typedef {{ title: string, needs?: Need[], wants?: Want, perform: (context: Context) => Promise<Verdict> }} TestStep
 */

/** @type {TestStep} */
const lint = {
  title: 'lint',
  async perform({ root, env, node }) {
    const [command, ...args] = npmCommand(env, node);
    const { code, output } = await run(command, [...args, 'run', '--silent', 'lint'], {
      cwd: root,
      env,
      timeout: 10 * MINUTE,
    });
    return { ...countOne(code === 0), output };
  },
};

/** @type {TestStep} */
const types = {
  title: 'types',
  async perform({ root, env, node, paths }) {
    const notes = join(cacheOf(paths), 'types.tsbuildinfo');
    const tsc = join(paths.nodeModules, 'typescript/bin/tsc');
    const args = [tsc, '--noEmit', '--incremental', '--tsBuildInfoFile', notes];
    const { code, output } = await run(node, args, { cwd: root, env, timeout: 10 * MINUTE });
    return { ...countOne(code === 0), output };
  },
};

/** The unit tests, all or those of some folders. @returns {TestStep} */
const units = (folders = []) => ({
  title: folders.length ? `units of ${folders.join(', ')}` : 'units',
  perform: vitest('units', folders),
});

const BROWSER = ['--config', 'test/browser.config.mts'];

/** @type {TestStep} */
const site = {
  title: 'the site, built, and looked at in a browser',
  needs: ['Python'],
  wants: {
    need: 'Chromium',
    title: 'the site, built',
    note: 'its pages were not looked at in a browser, without Chromium',
  },
  perform: vitest('site', [...BROWSER, 'test/site']),
};

/** @type {TestStep} */
const lab = {
  title: 'JupyterLab in Chromium: every lesson, and what learners do',
  needs: ['Python', 'Chromium'],
  perform: vitest('lab', [...BROWSER, 'test/lab']),
};

/** @type {TestStep} */
const kernel = {
  title: "kernel: Jupyter's own suite, one case per fault, nbgrader, nbval",
  needs: ['Python'],
  perform: pytest('kernel', 'test/kernel', 15 * MINUTE),
};

/** @type {TestStep} */
const grader = {
  title: 'grader: a corpus of submissions, nbgrader, a cluster',
  needs: ['Python'],
  perform: pytest('grader', 'test/submissions', 30 * MINUTE),
};

/** @type {TestStep} */
const benches = {
  title: "benches: ratios, verdicts, the guard's logic",
  needs: ['Python'],
  perform: pytest('benches', 'test/bench', 5 * MINUTE),
};

/** @type {TestStep} */
const lessons = {
  title: 'lessons, in fast mode, on the synthetic data',
  needs: ['Python'],
  async perform({ env, paths, root }) {
    const synthetic = {
      ...env,
      CONVLAB_OFFLINE: '1',
      CONVLAB_DATA: '',
      CONVLAB_CACHE: join(root, 'out/no-data'),
    };
    const options = { paths, env: synthetic, fast: true, timeout: 900, out: join(root, 'out/fast') };
    const results = await runLessons(allLessons(paths.notebooks), options);
    const failed = results.filter(({ ok }) => !ok);
    const counts = { passed: results.length - failed.length, failed: failed.length, skipped: 0 };
    return {
      ...settle(counts, 0),
      output: failed.map(({ name, message }) => `${name}: ${message}`).join('\n'),
    };
  },
};

export const FULL = [lint, types, units(), site, kernel, grader, benches, lessons, lab];
const ENGINE_ROOMS = [
  'engine',
  'layers',
  'models',
  'train',
  'weights',
  'random',
  'graph',
  'onnx',
  'plot',
  'data',
];
export const SHORT = [units(ENGINE_ROOMS.map((room) => `src/${room}`)), lessons];
