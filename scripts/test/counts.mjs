/** Reads how many tests passed and failed from the reports that the tools write for machines. */
import { readIfThere, readJson } from '../lib/files.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** A step that only succeeds or fails counts as one test. @returns {Counts} */
export function countOne(good) {
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 };
}

/** From vitest's JSON report; a file that does not even load counts as one failure. @returns {Counts | undefined} */
export function countVitest(path) {
  const report = readJson(path);
  if (!report) return undefined;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** From pytest's JUnit report. @returns {Counts | undefined} */
export function countPytest(path) {
  const suite = /<testsuite [^>]*>/.exec(readIfThere(path) ?? '')?.[0];
  if (!suite) return undefined;
  const number = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  return { passed: number('tests') - failed - skipped, failed, skipped };
}

/**
 * Counts nobody can doubt: no report, no tests, or a tool that fails without a failed test are failures too.
 * @param {Counts | undefined} counts
 * @param {number} code the tool's exit code
 */
export function settle(counts, code) {
  if (!counts) return { ...countOne(false), reason: 'it wrote no report' };
  if (counts.passed + counts.failed + counts.skipped === 0)
    return { ...countOne(false), reason: 'it found no tests' };
  if (code !== 0 && counts.failed === 0)
    return { ...counts, failed: 1, reason: `it ended with code ${code}` };
  return counts;
}

/** The sum of many counts. */
export function total(all) {
  const sum = (name) => all.reduce((so, counts) => so + counts[name], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** '12 passed, 0 failed', and what was skipped, if anything. */
export function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
