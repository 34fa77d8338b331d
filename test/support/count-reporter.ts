import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What one run came to. */
interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Ends the run with the plain line `N passed, N failed, N skipped`, after the reason of each skip. A file that could not
 * be run at all counts as one failure. `HEADWATER_COUNT_FILE` names a file that gets the counts too, for `.ci/run`.
 */
class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const count: Count = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: tests.filter((test) => test.result().state === 'failed').length + broken + unhandled.length,
      skipped: skipped.length,
    };
    const lines = [
      ...groupByReason(skipped),
      `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`,
    ];
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
    const file = process.env['HEADWATER_COUNT_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(count));
  }
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
