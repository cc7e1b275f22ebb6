import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, runNode } from './scripts';

const BENCH = join(ROOT, 'scripts/bench.mjs');

describe('npm run bench', () => {
  it('explains itself, with every bench that there is', async () => {
    const folders = readdirSync(join(ROOT, 'bench'), { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && readdirSync(join(ROOT, 'bench', entry.name)).includes('bench.py'),
      )
      .map(({ name }) => name);
    const { code, output } = await runNode([BENCH, '--help']);
    expect(output).toContain(`NAME is one of: ${folders.join(', ')}\n`);
    expect(code).toBe(0);
  });

  it('refuses a bench that is not there', async () => {
    const { code, output } = await runNode([BENCH, 'peers.py']);
    expect(output).toContain("error: there is no bench 'peers.py'; there are: ");
    expect(code).toBe(1);
  });
});
