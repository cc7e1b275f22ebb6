import { defineConfig } from 'vitest/config';

/** The tests in a browser need minutes; `npm test` runs them as steps of their own, one file after the other. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.test.ts', 'test/site/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
  },
});
