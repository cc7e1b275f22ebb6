#!/usr/bin/env node
/**
 * Pins the Python packages: requirements.in → requirements.txt, requirements-cpu.txt, requirements-cuda.txt.
 * For maintainers, after a change of requirements.in: `node scripts/setup/lock-python.mjs`.
 *
 * One resolution serves all three files, so that TensorFlow never asks for other versions than the rest.
 * The locks hold for Python 3.10 to 3.13 on every platform; each package has its hashes, no file names an index.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TENSORFLOW = '2.21.0';
const HEADER = '# Made by `node scripts/setup/lock-python.mjs` from requirements.in. Do not edit.\n';

/** Resolves `inputs` (requirement files) under `constraints`; returns the lock's text without comments. */
function compile(uv, work, inputs, constraints) {
  const output = join(work, 'compiled.txt');
  const options = [
    '--universal',
    '--python-version',
    '3.10',
    '--no-annotate',
    '--no-header',
    '--generate-hashes',
  ];
  const pins = constraints ? ['-c', constraints] : [];
  execFileSync(uv, ['pip', 'compile', ...options, '--quiet', ...pins, ...inputs, '-o', output], {
    cwd: root,
  });
  const text = readFileSync(output, 'utf8').replace(/^(#|--).*\n/gm, '');
  rmSync(output);
  return text;
}

/** Splits a lock into its entries, each a requirement with the hashes that follow it. */
const entries = (lock) => lock.split(/\n(?=\S)/).map((entry) => entry.trimEnd());

/** The lock's entries that `base` lacks, on top of a line that takes in requirements.txt. */
function extra(lock, base) {
  const known = new Set(entries(base));
  const added = entries(lock).filter((entry) => !known.has(entry));
  return `${HEADER}-r requirements.txt\n${added.join('\n')}\n`;
}

const work = mkdtempSync(join(tmpdir(), 'convlab-lock-'));
try {
  execFileSync('python3', ['-m', 'venv', join(work, 'venv')]);
  execFileSync(join(work, 'venv/bin/pip'), ['install', '--quiet', 'uv'], { stdio: 'inherit' });
  const uv = join(work, 'venv/bin/uv');
  const input = (name, text) => (writeFileSync(join(work, name), text), join(work, name));
  const cpuInput = input('cpu.in', `tensorflow-cpu==${TENSORFLOW}\n`);
  const cudaInput = input('cuda.in', `tensorflow[and-cuda]==${TENSORFLOW}\n`);

  const cpu = compile(uv, work, ['requirements.in', cpuInput]);
  const pins = input('pins.txt', cpu);
  const base = compile(uv, work, ['requirements.in'], pins);
  const cuda = compile(uv, work, ['requirements.in', cudaInput], pins);

  writeFileSync(join(root, 'requirements.txt'), `${HEADER}${base}`);
  writeFileSync(join(root, 'requirements-cpu.txt'), extra(cpu, base));
  writeFileSync(join(root, 'requirements-cuda.txt'), extra(cuda, base));
} finally {
  rmSync(work, { recursive: true, force: true });
}
