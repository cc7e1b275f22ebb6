/** What SECURITY.md promises of commands: the linter refuses a shell in `src/` and `scripts/`. */
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { ROOT } from './scripts';

const eslint = new ESLint({ cwd: ROOT });
const RULES = ['no-restricted-imports', 'no-restricted-syntax'];

/** How often a text is refused for its shell. */
async function refusals(file: string, text: string): Promise<number> {
  const [{ messages }] = await eslint.lintText(text, { filePath: join(ROOT, file) });
  return messages.filter(({ ruleId, message }) => RULES.includes(ruleId ?? '') && message.includes('shell'))
    .length;
}

const IMPORTS = [
  "import { exec } from 'node:child_process';",
  "import { execSync as run } from 'child_process';",
  "import * as programs from 'node:child_process';",
  "import programs from 'node:child_process';",
];
const CALLS = [
  "const { exec } = require('node:child_process');",
  "const programs = () => import('child_process');",
  "programs.execSync('ls');",
  "const options = { cwd: '.', shell: true };",
  "spawn('ls', [], { shell });",
  "execFileSync('ls', [], { shell: '/bin/sh' });",
];
const HARMLESS = [
  'const ports = { shell: router() };',
  "/a/.exec('a');",
  "spawn('ls', ['-l'], { cwd: '.' });",
];

describe.each([
  ['scripts/setup/check-addon.cjs', CALLS],
  ['scripts/data.mjs', [...IMPORTS, ...CALLS]],
  ['src/version.ts', [...IMPORTS, ...CALLS]],
])('in %s', (file, harmful) => {
  it.each(harmful)('%s is refused', async (text) => {
    expect(await refusals(file, text)).toBeGreaterThan(0);
  });

  it.each(HARMLESS)('%s is not', async (text) => {
    expect(await refusals(file, text)).toBe(0);
  });
});
