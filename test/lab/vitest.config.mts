import { defineConfig } from 'vitest/config';

/** The tests in JupyterLab need a browser and minutes; `npm test` runs them as a step of their own. */
export default defineConfig({
  test: { include: ['test/lab/**/*.test.ts'], pool: 'forks', fileParallelism: false, testTimeout: 180_000 },
});
