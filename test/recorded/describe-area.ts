import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { onReal } from '../support/real-namespace.ts';
import { projectRoot } from '../support/source-files.ts';
import type { Difference } from './match.ts';
import { withOwnBuckets } from './own-buckets.ts';
import { type Outcome, runScenario } from './run-scenario.ts';
import { type Area, loadScenarios, recordingsPresent, type Scenario } from './scenario.ts';

/** Cases by name with the reason why they differ or cannot be run, by area. */
type Listing = Readonly<Record<string, Readonly<Record<string, string>>>>;

const DIFFERS = join(projectRoot, 'test/recorded/differs.json');
const NOT_RUNNABLE = join(projectRoot, 'test/recorded/not-runnable.json');
/** Rewrites `not-runnable.json`, which is generated. `differs.json` is written by hand: each entry has a reason. */
const updating = process.env['HEADWATER_RECORDED_UPDATE'] === '1';
/** Where to write the differences, for people. */
const reportFolder = process.env['HEADWATER_RECORDED_REPORT'];

const readListing = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Listing;

/**
 * Runs every recorded case of an area. A case passes, or stands in `differs.json` with a reason, or in
 * `not-runnable.json`; both lists may only shrink: a listed case that passes fails until it is taken off.
 */
export function describeArea(area: Area): void {
  describe(`AWS's recorded answers: ${area}`, () => {
    if (!recordingsPresent) {
      test('are given by Headwater too', (context) =>
        context.skip('the recordings (../shared/aws-recorded) are not beside this checkout'));
      return;
    }
    const outcomes = new Map<Scenario, Outcome>();
    const scenarios = loadScenarios(area);
    const names = uniqueNames(scenarios);
    for (const scenario of scenarios) {
      const name = names.get(scenario) ?? scenario.name;
      test(name, async (context) => {
        const outcome = await runScenario(onReal ? withOwnBuckets(scenario) : scenario);
        outcomes.set(scenario, outcome);
        judge(area, name, outcome, (reason) => context.skip(reason));
      });
    }
    test('at least 90 % of the runnable cases pass', () => {
      const count = tally([...outcomes.values()]);
      expect(count.passed / (count.passed + count.differs)).toBeGreaterThanOrEqual(0.9);
    });
    afterAll(() => {
      const { passed, differs, notRunnable } = tally([...outcomes.values()]);
      const percent = ((100 * passed) / Math.max(1, passed + differs)).toFixed(1);
      process.stdout.write(
        `recorded ${area}: ${passed} passed, ${differs} differ, ${notRunnable} not runnable; ${percent} % of the runnable ones pass\n`,
      );
      if (reportFolder !== undefined) writeReport(reportFolder, area, outcomes, names);
      if (updating) writeNotRunnable(area, outcomes, names);
    });
  });
}

function judge(area: Area, name: string, outcome: Outcome, skip: (reason: string) => void): void {
  const listed = readListing(DIFFERS);
  const differs = listed[area]?.[name] ?? (onReal ? listed[`${area} on real backends`]?.[name] : undefined);
  const notRunnable = readListing(NOT_RUNNABLE)[area]?.[name];
  if (outcome.kind === 'passed') {
    expect(differs, 'it passes now: take it off test/recorded/differs.json').toBeUndefined();
    if (!updating) expect(notRunnable, 'it runs now: take it off test/recorded/not-runnable.json').toBeUndefined();
  } else if (outcome.kind === 'differs') {
    if (differs === undefined) expect.fail(describeDifferences(outcome));
    skip(`differs from AWS: ${differs}`);
  } else {
    if (!updating) expect(notRunnable, 'generate test/recorded/not-runnable.json anew').toBe(outcome.reason);
    skip(`not runnable: ${outcome.reason}`);
  }
}

function describeDifferences({ label, differences }: Extract<Outcome, { kind: 'differs' }>): string {
  const shown = differences.slice(0, 12).map(lineOf);
  const more = differences.length > shown.length ? [`  … and ${differences.length - shown.length} more`] : [];
  return [`the answer "${label}" differs:`, ...shown, ...more].join('\n');
}

function lineOf({ path, recorded, actual }: Difference): string {
  const text = (value: unknown) => (value === undefined ? '(absent)' : JSON.stringify(value)).slice(0, 500);
  return `  ${path || '(whole)'}\n    AWS  ${text(recorded)}\n    ours ${text(actual)}`;
}

function tally(outcomes: readonly Outcome[]) {
  const count = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
  return { passed: count('passed'), differs: count('differs'), notRunnable: count('not-runnable') };
}

/** The same case name stands in more than one file at times. */
function uniqueNames(scenarios: readonly Scenario[]): ReadonlyMap<Scenario, string> {
  const seen = new Map<string, number>();
  for (const { name } of scenarios) seen.set(name, (seen.get(name) ?? 0) + 1);
  return new Map(
    scenarios.map((scenario) => [
      scenario,
      (seen.get(scenario.name) ?? 0) > 1 ? `${scenario.file} ${scenario.name}` : scenario.name,
    ]),
  );
}

function writeReport(
  folder: string,
  area: Area,
  outcomes: ReadonlyMap<Scenario, Outcome>,
  names: ReadonlyMap<Scenario, string>,
): void {
  const lines = [...outcomes].flatMap(([scenario, outcome]) =>
    outcome.kind === 'differs'
      ? [`## ${names.get(scenario)} [${scenario.file}]`, describeDifferences(outcome), '']
      : [],
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `recorded-${area}.txt`), lines.join('\n'));
}

function writeNotRunnable(
  area: Area,
  outcomes: ReadonlyMap<Scenario, Outcome>,
  names: ReadonlyMap<Scenario, string>,
): void {
  const entries = [...outcomes].flatMap(([scenario, outcome]) =>
    outcome.kind === 'not-runnable' ? [[names.get(scenario) ?? scenario.name, outcome.reason] as const] : [],
  );
  const listing = { ...readListing(NOT_RUNNABLE), [area]: Object.fromEntries(entries) };
  writeFileSync(NOT_RUNNABLE, `${JSON.stringify(listing, null, 2)}\n`);
}
