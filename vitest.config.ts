import { defineConfig } from 'vitest/config';

/** `npm test` plays the short ones, `npm run test:long` the others; a file of the second kind says so in its name. */
const LONG = 'tests/**/*.long.test.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Patience for what is awaited: a busy machine is slow, and nothing here asserts how slow.
    expect: { poll: { timeout: 90_000 } },
    setupFiles: ['tests/support/hermetic.ts'],
    projects: [
      { extends: true, test: { name: 'short', include: ['tests/**/*.test.ts'], exclude: [LONG] } },
      // More lives of the laws, beside what is long by its name.
      {
        extends: true,
        test: { name: 'long', include: [LONG, 'tests/unit/reconcile/laws.test.ts'], env: { LIVES: '500' } },
      },
    ],
  },
});
