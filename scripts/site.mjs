#!/usr/bin/env node
/** `npm run site`: the lessons and the API reference as a site that needs no network. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError, runMain } from './lib/errors.mjs';
import { layout } from './lib/layout.mjs';
import { checkNode } from './lib/node-version.mjs';
import { Progress } from './lib/progress.mjs';
import { setUp } from './setup/run.mjs';
import { buildSite } from './site/build.mjs';

const HELP = `Builds a site of static pages: each lesson as it was last stored, with its figures interactive, the exercises to
download, a search, and the API reference. Nothing is executed, and the site needs no network: open it from the disk,
or put the folder on any web server. A warning or a link that leads nowhere is an error.

  npm run site

  --out DIR    where it goes (out/site)
  --no-setup   do not look whether the set-up is up to date
`;

const OPTIONS = {
  out: { type: 'string' },
  'no-setup': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new UserError(error.message.split('. ')[0], { mend: 'npm run site -- --help' });
  }
}

await runMain(async () => {
  checkNode();
  const values = readArguments();
  if (values.help) return void process.stdout.write(HELP);
  if (!values['no-setup']) await setUp();
  const paths = layout();
  const out = resolve(values.out ?? `${paths.root}/out/site`);
  await buildSite(paths, out, new Progress());
  process.stdout.write(`${out}/index.html\n`);
});
