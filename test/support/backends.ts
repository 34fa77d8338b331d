import { describe, test } from 'vitest';

/** The real backends that tests can use, by where they are; absent is one that is not up. */
export interface TestBackends {
  /** A URL. */
  readonly redis: string | undefined;
  /** `host:port`. */
  readonly kafka: string | undefined;
  /** A URL with its access key and secret. */
  readonly minio: string | undefined;
}

/** What `npm run backends -- up` has started, or somebody named in the environment: find-backends.ts has looked that it answers. */
export const backends: TestBackends = {
  redis: process.env['HEADWATER_TEST_REDIS'],
  kafka: process.env['HEADWATER_TEST_KAFKA'],
  minio: process.env['HEADWATER_TEST_MINIO'],
};

/** Runs the tests where the backends that they need are up; elsewhere they are skipped, and the run says why. */
export function describeOn(
  needed: readonly (keyof TestBackends)[],
  name: string,
  tests: () => void | Promise<void>,
): void {
  const missing = needed.filter((backend) => backends[backend] === undefined);
  if (missing.length === 0) return void describe(name, tests);
  // One for all of them: what would set them up cannot run either.
  test(name, ({ skip }) => skip(`${missing.join(', ')} not up; see npm run backends`));
}
