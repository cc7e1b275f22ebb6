/** Builds the site: pages by Sphinx, the API reference by TypeDoc, then every link inside it is followed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/errors.mjs';
import { exists, walk } from '../lib/files.mjs';
import { lastLines, run } from '../lib/processes.mjs';
import { pythonEnv } from '../lib/python.mjs';
import { brokenLinks } from './links.mjs';
import { stage } from './stage.mjs';

const MINUTE = 60_000;

/**
 * @param {ReturnType<import('../lib/layout.mjs').layout>} paths
 * @param {string} out the folder for the site
 * @param {import('../lib/progress.mjs').Progress} progress
 */
export async function buildSite(paths, out, progress) {
  const site = { pages: join(paths.root, 'site'), staged: `${out}-source`, out };
  rmSync(out, { recursive: true, force: true });
  await progress.step(
    'pages collected',
    async () => stage(paths, site),
    (lessons) => `${lessons.length} lessons`,
  );
  await progress.step(
    'pages by Sphinx, API reference by TypeDoc',
    () => Promise.all([sphinx(paths, site), typedoc(paths, out)]),
    () => `${walk(out).filter((path) => path.endsWith('.html')).length} pages`,
  );
  await progress.step(
    'links',
    async () => checkLinks(out),
    ({ links, pages }) => `${links} on ${pages} pages lead somewhere`,
  );
  rmSync(site.staged, { recursive: true, force: true });
}

/** A warning of Sphinx' is an error: a page that is not as it was meant. */
async function sphinx({ root, python }, { staged, out }) {
  if (!exists(python)) {
    throw new UserError('Sphinx makes the pages, and there is no Python with it', { mend: 'npm run setup' });
  }
  const args = ['-m', 'sphinx', '-b', 'html', '-d', join(staged, '.doctrees'), '-q', '-W', '--keep-going'];
  const env = { ...pythonEnv(), PYTHONPATH: join(root, 'scripts') };
  const result = await run(python, [...args, '-j', 'auto', staged, out], {
    env,
    timeout: 10 * MINUTE,
  });
  require(result, 'Sphinx has warnings');
}

async function typedoc({ root, nodeModules }, out) {
  const command = join(nodeModules, 'typedoc/bin/typedoc');
  const args = [command, '--options', join(root, 'site/typedoc.json'), '--out', join(out, 'api')];
  require(await run(process.execPath, args, { cwd: root, timeout: 10 * MINUTE }), 'TypeDoc has warnings');
}

function require({ code, output }, what) {
  if (code !== 0) throw new UserError(what, { details: lastLines(output, 40) });
}

function checkLinks(out) {
  const { broken, ...counts } = brokenLinks(out);
  if (broken.length === 0) return counts;
  throw new UserError(`${broken.length} links lead nowhere`, { details: broken.slice(0, 40).join('\n') });
}
