import { defineConfig } from 'vitest/config';

const MINUTES = 60_000;

/** The tests that build images and run containers: minutes, and a container engine has to answer. */
export default defineConfig({
  test: {
    include: ['test/containers/**/*.test.ts'],
    testTimeout: 3 * MINUTES,
    // An image is built without any cache at first.
    hookTimeout: 20 * MINUTES,
    // All files would use the same processors and the same image.
    maxWorkers: 1,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
