/** The answers of `npm audit` and `pip-audit`, among them those of registries that do not tell. */
import { expect, it } from 'vitest';
import { load, ROOT } from './scripts';

type Verdict = (output: string) => { unsafe: string[] } | { unknown: string };
const { npmVerdict, pipVerdict, requirementLists } = load('lib/advisories.mjs') as {
  npmVerdict: Verdict;
  pipVerdict: Verdict;
  requirementLists: (root: string) => string[];
};

const vulnerability = (name: string, severity: string) => ({ [name]: { name, severity } });

it.each([
  [{ vulnerabilities: {} }, { unsafe: [] }],
  [
    { vulnerabilities: { ...vulnerability('a', 'high'), ...vulnerability('b', 'moderate') } },
    { unsafe: ['a (high)'] },
  ],
  [{ message: '405 Method Not Allowed' }, { unknown: '405 Method Not Allowed' }],
])('npm audit: %j', (answer, verdict) => {
  expect(npmVerdict(JSON.stringify(answer))).toEqual(verdict);
});

const skipped = { name: 'x', skip_reason: 'Dependency not found' };
const audited = (...versions: string[]) => {
  const vulns = versions.map((version) => ({ id: 'PYSEC-1', fix_versions: version ? [version] : [] }));
  return { name: 'a', version: '1', vulns };
};

it.each([
  [[skipped], { unknown: 'Dependency not found' }],
  [[skipped, audited()], { unsafe: [] }],
  [[audited('')], { unsafe: [] }],
  [[audited('', '2')], { unsafe: ['a 1 (PYSEC-1, mended in 2)'] }],
])('pip-audit: %j', (dependencies, verdict) => {
  expect(pipVerdict(JSON.stringify({ dependencies }))).toEqual(verdict);
});

it('no answer at all', () => {
  expect([npmVerdict(''), pipVerdict('')]).toEqual([{ unknown: 'no answer' }, { unknown: 'no answer' }]);
});

it('asks about all that the set-up installs with pip', () => {
  const lists = ['requirements-cpu.txt', 'requirements-cuda.txt', 'requirements.txt'];
  expect(requirementLists(ROOT)).toEqual(lists);
});
