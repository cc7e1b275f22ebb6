/** The short form of `npm run torture`: a fixed seed, 500 inputs for each parser, a few cases of each fault. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, ROOT } from '../setup/scripts';

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

interface Entry {
  name: string;
  short: number;
  needs?: string;
}

// `load` takes longer than all others; its short form is for whoever asks for it
const { TARGETS } = load('../test/torture/registry.mjs') as { TARGETS: Entry[] };
const tried = TARGETS.filter(({ name, needs }) => name !== 'load' && (HAS_PYTHON || needs !== 'python'));

describe.each(tried)('$name', ({ name, short }) => {
  it('survives', { timeout: 1_200_000 }, async () => {
    const { leftOut, cases, accepted, refused, faults } = await torture(name);
    if (leftOut !== undefined) {
      console.warn(`${name}: left out: ${leftOut}`);
      expect(name).toBe('disk'); // nothing else needs a right that a machine may refuse
      return;
    }
    expect(faults).toEqual([]);
    expect(accepted + refused).toBe(cases);
    expect(cases).toBe(short);
    expect(accepted).toBeGreaterThan(0);
  });
});
