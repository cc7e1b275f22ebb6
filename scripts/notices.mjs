#!/usr/bin/env node
/** Writes THIRD-PARTY-NOTICES.md: `npm run notices`; with `--check`, says whether it is in step. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError, runMain } from './lib/errors.mjs';
import { readIfThere, readJson, writeAtomic } from './lib/files.mjs';
import { ROOT } from './lib/layout.mjs';

const HELP = `Writes THIRD-PARTY-NOTICES.md from package-lock.json: every npm package that convlab depends on, and its licence.

  npm run notices             writes it anew
  npm run notices -- --check  fails if it is not in step with package-lock.json
`;

/** Licences that a package names in a file of its own, and not in its description. */
const IN_WORDS = { 'exif-parser': 'MIT', h5wasm: 'NIST, public domain; with HDF5 (BSD-3-Clause)' };

const HEAD = `# Third-party notices

Made by \`npm run notices\` from package-lock.json; do not edit.

convlab contains no code of these packages. \`npm\` installs them beside it, each with the text of its licence in its
folder in \`node_modules/\`. The site that \`npm run site\` builds holds copies of some: plotly.js (MIT), the styles and
scripts of TypeDoc (Apache-2.0), Sphinx (BSD-2-Clause), the PyData Sphinx Theme and the Sphinx Book Theme (BSD-3-Clause),
Bootstrap (MIT), and Font Awesome Free's icons (CC-BY-4.0) and fonts (OFL-1.1).
`;

/** Name, version and licence of each package that is installed with convlab, sorted. */
function licences(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const rows = Object.entries(packages)
    .filter(([path, { dev }]) => path && !dev)
    .map(([path, entry]) => ({ path, name: path.replace(/^.*node_modules\//, ''), ...entry }))
    .map(({ path, name, version, license }) => [
      name,
      version,
      IN_WORDS[name] ?? license ?? declared(root, path),
    ]);
  const unique = new Map(rows.map((row) => [row.join(), row]));
  return [...unique.values()].sort(([a, v], [b, w]) => a.localeCompare(b, 'en') || v.localeCompare(w, 'en'));
}

function declared(root, path) {
  const licence = readJson(join(root, path, 'package.json'))?.license;
  if (typeof licence === 'string') return licence;
  throw new UserError(`${path} does not say its licence`, {
    mend: 'look at its files, and say it in IN_WORDS in scripts/notices.mjs',
  });
}

function notices(root) {
  const rows = licences(root).map((row) => `| ${row.join(' | ')} |`);
  const counts = {};
  for (const [, , licence] of licences(root)) counts[licence] = (counts[licence] ?? 0) + 1;
  const sum = Object.entries(counts).map(([licence, count]) => `${licence}: ${count}`);
  return `${HEAD}\n${sum.sort().join('; ')}.\n\n| package | version | licence |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

await runMain(async () => {
  const { values } = parseArgs({
    options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const path = join(ROOT, 'THIRD-PARTY-NOTICES.md');
  const text = notices(ROOT);
  if (!values.check) writeAtomic(path, text);
  else if (readIfThere(path) !== text) {
    throw new UserError('THIRD-PARTY-NOTICES.md is not in step with package-lock.json', {
      mend: 'npm run notices',
    });
  }
  process.stdout.write(`${licences(ROOT).length} packages\n`);
});
