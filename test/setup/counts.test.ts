/** `npm test` counts what the tools report, and calls doubtful reports failures. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, put, scratch } from './scripts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  reason?: string;
}

interface CountsModule {
  countVitest: (path: string) => Counts | undefined;
  countPytest: (path: string) => Counts | undefined;
  settle: (counts: Counts | undefined, code: number) => Counts;
  total: (all: Counts[]) => Counts;
  sentence: (counts: Counts) => string;
}

const { countVitest, countPytest, settle, total, sentence } = load('test/counts.mjs') as CountsModule;

describe('the counts', () => {
  const folder = scratch();

  it('come from vitest, where a file that does not load is a failure', () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: 'passed', assertionResults: [{}] },
        { status: 'failed', assertionResults: [{}] },
        { status: 'failed', assertionResults: [] },
      ],
    };
    const path = put(join(folder, 'units.json'), JSON.stringify(report));
    expect(countVitest(path)).toEqual({ passed: 5, failed: 2, skipped: 3 });
  });

  it('come from pytest, where an error is a failure', () => {
    const text =
      '<?xml version="1.0"?><testsuites name="x"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1">';
    expect(countPytest(put(join(folder, 'kernel.xml'), text))).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  it('are a failure without a report, without tests, and where the tool fails for another reason', () => {
    const none = { passed: 0, failed: 0, skipped: 0 };
    expect(settle(countVitest(join(folder, 'absent.json')), 0)).toMatchObject({
      failed: 1,
      reason: 'it wrote no report',
    });
    expect(settle(countPytest(join(folder, 'absent.xml')), 0)).toMatchObject({
      failed: 1,
      reason: 'it wrote no report',
    });
    expect(settle(none, 0)).toMatchObject({ failed: 1, reason: 'it found no tests' });
    expect(settle({ ...none, passed: 9 }, 1)).toMatchObject({
      passed: 9,
      failed: 1,
      reason: 'it ended with code 1',
    });
    expect(settle({ ...none, passed: 9 }, 0)).toEqual({ ...none, passed: 9 });
  });

  it('add up to a plain sentence', () => {
    const one = { passed: 2, failed: 1, skipped: 0 };
    expect(sentence(total([one, one]))).toBe('4 passed, 2 failed');
    expect(sentence({ ...one, skipped: 3 })).toBe('2 passed, 1 failed, 3 skipped');
  });
});
