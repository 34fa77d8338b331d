import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/source-files.ts';
import type { Scenario, Shape, Step } from './scenario.ts';

/** What the recording of a case leaves out and only a person can tell. */
interface Hints {
  /** Time that passed before the call whose answer has that label, or before the step `#index`. */
  readonly waitBeforeMs?: Readonly<Record<string, number>>;
  /** Different resources that were given one name: which is meant, for each mention, by the step's index. */
  readonly names?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Why the case cannot be played at all. */
  readonly notRunnable?: string;
}

const hints = JSON.parse(readFileSync(join(projectRoot, 'test/recorded/hints.json'), 'utf8')) as Readonly<
  Record<string, Hints>
>;

/** How long the clock is to be moved before a step. */
export function waitBeforeMs(scenario: Scenario, index: number, label: string | undefined): number {
  const waits = hints[scenario.name]?.waitBeforeMs;
  return waits?.[`#${index}`] ?? waits?.[label ?? ''] ?? 0;
}

/** Why a case cannot be played, where a person found that out. */
export const knownObstacle = (scenario: Scenario): string | undefined => hints[scenario.name]?.notRunnable;

/** The steps with each resource under a name of its own. */
export function namedSteps(scenario: Scenario): readonly Step[] {
  const names = Object.entries(hints[scenario.name]?.names ?? {});
  return scenario.steps.map((step, index) => {
    if ('recorded' in step) return step;
    let text = JSON.stringify(step.input);
    for (const [shared, byStep] of names) {
      const own = [...(byStep[index] ?? [])];
      text = text.replaceAll(shared, () => `${shared}-${own.shift() ?? 'other'}`);
    }
    return { ...step, input: JSON.parse(text) as Shape };
  });
}
