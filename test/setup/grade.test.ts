import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, runNode } from './scripts';

const GRADE = join(ROOT, 'scripts/grade.mjs');

describe('npm run grade', () => {
  it('explains itself', async () => {
    const { code, output } = await runNode([GRADE, '--help']);
    expect(output).toContain('--cluster ADDRESS');
    expect(code).toBe(0);
  });

  it.each([
    [[], 'error: which submissions?'],
    [['a.ipynb', '--jobs', '0'], "error: --jobs wants a whole number of at least 1; '0' came"],
    [['a.ipynb', '--json', '--csv'], 'error: either --json or --csv'],
    [['a.ipynb', '--points'], "error: Unknown option '--points'"],
  ])('refuses %j', async (args, message) => {
    const { code, output } = await runNode([GRADE, ...args, '--no-setup']);
    expect(output).toContain(message);
    expect(code).toBe(1);
  });
});
