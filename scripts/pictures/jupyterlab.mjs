#!/usr/bin/env node
/**
 * Takes the README's picture of JupyterLab: a lesson with what its stored run has left, a figure in view.
 * For maintainers: `node scripts/pictures/jupyterlab.mjs` (with Chromium; `CONVLAB_CHROMIUM` names it).
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, runMain } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';
import { jupyterEnv } from '../lib/jupyter.mjs';
import { ROOT, layout } from '../lib/layout.mjs';
import { withPage } from './page.mjs';

const PICTURE = join(ROOT, 'docs/jupyterlab.jpeg');
const LESSON = 'notebooks/01-gradient-descent.ipynb';
/** The cell whose figure is to be seen, at the lower edge. */
const CELL = 'contour';
const SIZE = { width: 1170, height: 800 };

const WIDGET = 'window.jupyterapp?.shell?.currentWidget';
const READY = `${WIDGET}?.sessionContext?.session?.kernel?.status === 'idle'`;

await runMain(async () => {
  const paths = layout();
  if (!exists(paths.python)) throw new UserError('JupyterLab is not installed', { mend: 'npm run setup' });
  const folder = mkdtempSync(join(tmpdir(), 'convlab-lab-'));
  cpSync(paths.notebooks, join(folder, 'notebooks'), { recursive: true });
  const lab = start(paths, folder);
  try {
    const address = new URL(await announced(lab));
    address.pathname = `/lab/tree/${LESSON}`;
    await withPage(SIZE, (page) => take(page, address.href));
  } finally {
    await stop(lab);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.stdout.write(`${PICTURE}\n`);
});

/** JupyterLab as `npm start` starts it, but on a copy of the lessons, and with nobody's settings. */
function start(paths, folder) {
  const own = ['CONFIG', 'DATA', 'RUNTIME'].map((name) => [`JUPYTER_${name}_DIR`, join(folder, `.${name}`)]);
  const lab = ['SETTINGS', 'WORKSPACES'].map((name) => [`JUPYTERLAB_${name}_DIR`, join(folder, `.${name}`)]);
  const env = jupyterEnv(paths, { ...process.env, ...Object.fromEntries([...own, ...lab]) });
  const root = process.getuid?.() === 0 ? ['--allow-root'] : [];
  const shown = [`--ServerApp.root_dir=${folder}`, '--LabApp.expose_app_in_browser=True'];
  const args = ['-m', 'jupyterlab', '--no-browser', '--port=0', ...shown, ...root];
  return spawn(paths.python, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** The address with its token, once JupyterLab has told it. */
function announced(lab) {
  let said = '';
  return new Promise((done, fail) => {
    lab.stderr.on('data', (chunk) => {
      said += chunk;
      const url = /(http:\/\/\S+\?token=\w+)\s/.exec(said)?.[1];
      if (url) done(url);
    });
    lab.once('close', () => fail(new UserError('JupyterLab does not start', { details: said })));
  });
}

/** JupyterLab ends its kernels, and then itself. */
async function stop(lab) {
  if (lab.exitCode !== null) return;
  const ended = new Promise((done) => lab.once('close', done));
  lab.kill('SIGTERM');
  await ended;
}

async function take(page, address) {
  await page.goto(address);
  await page.waitForFunction(READY, null, { timeout: 120_000 });
  const place = await page.evaluate(
    `${WIDGET}.content.widgets.findIndex(({ model }) => model.id === '${CELL}')`,
  );
  await page.evaluate(`${WIDGET}.content.scrollToItem(${place}, 'end')`);
  const cell = page.locator(`.jp-Cell[data-windowed-list-index="${place}"]`);
  // of a stored figure JupyterLab shows a picture until the mouse is there
  await cell.locator('.plot-img, .js-plotly-plot').first().hover();
  await cell.locator('.js-plotly-plot .main-svg').first().waitFor();
  await page.mouse.move(SIZE.width - 5, 5);
  await cell.locator('.jp-OutputArea').evaluate((outputs) => outputs.scrollIntoView({ block: 'end' }));
  await page.waitForTimeout(2000); // what JupyterLab says on opening fades
  await page.screenshot({ path: PICTURE, type: 'jpeg', quality: 85 });
}
