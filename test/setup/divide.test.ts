/** What `npm test` says of what it could not try. */
import { expect, it } from 'vitest';
import { load } from './scripts';

interface TestStep {
  title: string;
}

const { divide } = load('test/divide.mjs') as {
  divide: (
    steps: TestStep[],
    has: { Python: boolean; Chromium: boolean },
  ) => { able: TestStep[]; notes: string[] };
};
const { FULL } = load('test/steps.mjs') as { FULL: TestStep[] };

const titles = (steps: TestStep[]) => steps.map(({ title }) => title);

it('with everything at hand all steps are performed, and nothing is said', () => {
  const { able, notes } = divide(FULL, { Python: true, Chromium: true });
  expect(titles(able)).toEqual(titles(FULL));
  expect(notes).toEqual([]);
});

it('without Chromium it says that no page was looked at, and that JupyterLab was left out', () => {
  const { able, notes } = divide(FULL, { Python: true, Chromium: false });
  expect(titles(able)).toContain('the site, built');
  expect(titles(able).filter((title) => /browser|Chromium/.test(title))).toEqual([]);
  expect(notes).toEqual([
    'the site, built: its pages were not looked at in a browser, without Chromium',
    'JupyterLab in Chromium: every lesson, and what learners do: left out, without Chromium',
  ]);
});

it('without Python lint, types and units are left', () => {
  const { able, notes } = divide(FULL, { Python: false, Chromium: true });
  expect(titles(able)).toEqual(['lint', 'types', 'units']);
  expect(notes).toHaveLength(FULL.length - 3);
});
