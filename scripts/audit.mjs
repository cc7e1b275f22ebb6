#!/usr/bin/env node
/**
 * Asks the registries for advisories about the packages that users get: `npm audit` for those of package-lock.json,
 * `pip-audit` for those of requirements*.txt. CI runs it. Where a registry does not answer, a line says so.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmVerdict, pipVerdict, requirementLists } from './lib/advisories.mjs';
import { UserError, runMain } from './lib/errors.mjs';
import { layout } from './lib/layout.mjs';
import { run } from './lib/processes.mjs';
import { npmCommand } from './setup/npm-packages.mjs';

const PIP_AUDIT = 'pip-audit==2.10.1';
const MINUTE = 60_000;
const { root, python } = layout();

async function askNpm() {
  const [command, ...args] = npmCommand(process.env, process.execPath);
  const asked = [...args, 'audit', '--omit=dev', '--json'];
  return npmVerdict((await run(command, asked, { cwd: root, timeout: MINUTE })).stdout);
}

/** In an environment of its own: the project does not need it otherwise. */
async function askPip(lists) {
  const folder = mkdtempSync(join(tmpdir(), 'convlab-audit-'));
  try {
    const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    const steps = [
      [python, ['-m', 'venv', folder]],
      [own, ['-m', 'pip', 'install', '--quiet', PIP_AUDIT]],
    ];
    for (const [program, args] of steps) {
      const { code } = await run(program, args, { timeout: 3 * MINUTE });
      if (code !== 0) return lists.map(() => ({ unknown: `${PIP_AUDIT} cannot be installed` }));
    }
    return await inTurn(lists, (list) => askAbout(own, list));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function askAbout(own, list) {
  const args = ['-m', 'pip_audit', '-r', join(root, list), '--disable-pip', '--no-deps', '--format', 'json'];
  return pipVerdict((await run(own, args, { timeout: 3 * MINUTE })).stdout);
}

async function inTurn(items, work) {
  const results = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** One line of result; true where something is unsafe. */
function tell(name, { unsafe, unknown }) {
  const word = unknown ? `left out: ${unknown}` : unsafe.join(', ') || 'nothing is known to be unsafe';
  process.stdout.write(`${name}: ${word}\n`);
  return unsafe?.length > 0;
}

await runMain(async () => {
  const lists = requirementLists(root);
  const found = [tell('npm audit', await askNpm())];
  (await askPip(lists)).forEach((verdict, i) => found.push(tell(`pip-audit of ${lists[i]}`, verdict)));
  if (found.includes(true)) throw new UserError('packages with advisories', { mend: 'pin mended versions' });
});
