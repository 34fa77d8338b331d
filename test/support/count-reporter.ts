import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/** What one run came to. */
interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failure: file, test, and the first line of what went wrong. */
  readonly failures: readonly string[];
}

/** Longest part of an error that is shown again; vitest has shown all of it above. */
const SHOWN_CHARACTERS = 300;

/**
 * Ends the run with what failed, once more and by name, and the plain line `N passed, N failed, N skipped`, after the
 * reason of each skip. A file or a group that could not be run at all counts as one failure. `HEADWATER_COUNT_FILE` names a
 * file that gets all of this too, for `.ci/run`.
 */
class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const failures = [
      ...modules.flatMap((module) => [module, ...module.children.allSuites()]).flatMap(notSetUp),
      ...tests.flatMap(failedTest),
      ...unhandled.map((error) => `not in any test: ${firstLine(error)}`),
    ];
    const count: Count = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: failures.length,
      skipped: skipped.length,
      failures,
    };
    const lines = [
      ...groupByReason(skipped),
      ...failures.map((failure) => `failed: ${failure}`),
      `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`,
    ];
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
    const file = process.env['HEADWATER_COUNT_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(count));
  }
}

/** A file or a group of tests that failed before its tests could run. */
function notSetUp(suite: TestModule | TestSuite): readonly string[] {
  const [error] = suite.errors();
  const name =
    suite.type === 'module' ? suite.relativeModuleId : `${suite.module.relativeModuleId} > ${suite.fullName}`;
  return error ? [`${name}: ${firstLine(error)}`] : [];
}

function failedTest(test: TestCase): readonly string[] {
  const result = test.result();
  if (result.state !== 'failed') return [];
  return [`${test.module.relativeModuleId} > ${test.fullName}: ${firstLine(result.errors[0])}`];
}

function firstLine(error: unknown): string {
  const message = (error as { readonly message?: unknown } | undefined)?.message ?? error;
  return String(message).split('\n', 1)[0]?.slice(0, SHOWN_CHARACTERS) ?? '';
}

/** One line for each reason and file, so that a missing client does not fill the screen. */
function groupByReason(skipped: readonly TestCase[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const test of skipped) {
    const result = test.result();
    const reason = (result.state === 'skipped' && result.note) || 'no reason given';
    const line = `${test.module.relativeModuleId}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, times]) => `skipped ${times} × ${line}`);
}

// Vitest loads a reporter by its default export.
// biome-ignore lint/style/noDefaultExport: the framework's contract
export default CountReporter;
