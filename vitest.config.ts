import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Images are built there, which takes minutes: npm run test:containers.
    exclude: ['test/containers/**'],
    globalSetup: './test/support/find-backends.ts',
    testTimeout: 30_000,
    hookTimeout: 180_000,
    // One process a file: files start servers and children of their own, and share nothing.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
