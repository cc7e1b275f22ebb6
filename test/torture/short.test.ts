/** The short form of `npm run torture`: a fixed seed, 500 inputs for each parser, a few cases of each fault. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(__dirname, '../..');
const HAS_PYTHON = existsSync(join(ROOT, '.venv/bin/python'));

interface Result {
  /** Why it could not be tried here. */
  leftOut?: string;
  name: string;
  cases: number;
  accepted: number;
  refused: number;
  faults: { index: number; fault: string }[];
}

/** Runs the command for one target. */
function torture(name: string): Promise<Result> {
  const args = [join(ROOT, 'scripts/torture.mjs'), '--short', '--json', '--only', name];
  const command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaints] = ['', ''];
  command.stdout.on('data', (text: Buffer) => (output += text.toString()));
  command.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  return new Promise((done, fail) => {
    command.once('close', () => {
      try {
        done((JSON.parse(output) as Result[])[0]);
      } catch {
        fail(new Error(complaints));
      }
    });
  });
}

/** Every name of the registry, which the reader of this file should see. */
const PARSERS = [
  'idx',
  'gzip',
  'pickle',
  'zip',
  'png',
  'jpeg',
  'hdf5',
  'weights',
  'keras',
  'onnx',
  'catalogue',
].concat('connection', 'messages', HAS_PYTHON ? ['notebook', 'release', 'submission'] : []);
const FAULTS = ['network', 'interrupt', 'kill', 'both', 'disk'];

describe.each([...PARSERS, ...FAULTS])('%s', (name) => {
  it('survives', { timeout: 1_200_000 }, async () => {
    const { leftOut, cases, accepted, refused, faults } = await torture(name);
    if (leftOut !== undefined) {
      console.warn(`${name}: left out: ${leftOut}`);
      expect(name).toBe('disk'); // nothing else needs a right that a machine may refuse
      return;
    }
    expect(faults).toEqual([]);
    expect(accepted + refused).toBe(cases);
    if (PARSERS.includes(name)) expect(cases).toBe(500);
    expect(accepted).toBeGreaterThan(0);
  });
});

it('leaves no target out', () => {
  const registry = readFileSync(join(__dirname, 'registry.mjs'), 'utf8');
  for (const name of [...PARSERS, ...FAULTS]) expect(registry).toContain(`'${name}'`);
});
