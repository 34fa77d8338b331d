import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/source-files.ts';
import type { ClientScope } from './clients.ts';
import type { Scenario, Shape, Step } from './scenario.ts';

/** What the recording of a case leaves out and only a person can tell. */
interface Hints {
  /** Time that passed before the call whose answer has that label, or before the step `#index`. */
  readonly waitBeforeMs?: Readonly<Record<string, number>>;
  /** Different resources that were given one name: which is meant, for each mention, by the step's index. */
  readonly names?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Region of the case's client, where it is not the usual one. */
  readonly region?: string;
  /** Whose client made the call, by the step's index, for each time that it was made. */
  readonly clients?: Readonly<Record<string, readonly ClientScope[]>>;
  /** Which of the ARNs of one name that end in an id is meant, in the order they were made, by the step's index. */
  readonly arns?: Readonly<Record<string, number>>;
  /** What dates that were left out were, by their member, in seconds after the case's start. */
  readonly dates?: Readonly<Record<string, number>>;
  /** How texts end that were cut in the midst of one letter, by their member. */
  readonly endings?: Readonly<Record<string, string>>;
  /** What a text in the calls must be, for a part that was taken out of it elsewhere. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Words of the recorded answers that stand for anything. */
  readonly placeholders?: readonly string[];
  /** Which version of ours, in the order they were made, a literal version id means. */
  readonly versions?: Readonly<Record<string, number>>;
  /** What comes after the calls that were listed, told from the answers that were recorded further on. */
  readonly further?: readonly Step[];
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

/** The answers of a case with `<word>` for each word that stands for anything. */
export function withPlaceholders<Answers>(name: string, answers: Answers): Answers {
  const words = hints[name]?.placeholders ?? [];
  if (words.length === 0) return answers;
  return JSON.parse(words.reduce((text, word) => text.replaceAll(word, `<${word}>`), JSON.stringify(answers)));
}

/** What comes after the listed calls of a case. */
export const furtherSteps = (name: string): readonly Step[] => hints[name]?.further ?? [];

/** Region of the case's client; `undefined`: the usual one. */
export const regionOf = (scenario: Scenario): string | undefined => hints[scenario.name]?.region;

/** Whose client makes the `time`th call of a step; `undefined`: the case's usual one. */
export const clientOf = (scenario: Scenario, index: number, time: number): ClientScope | undefined => {
  const clients = hints[scenario.name]?.clients?.[index];
  return clients?.[time] ?? clients?.at(-1);
};

/** Which of the ARNs of one name a step means; `undefined`: the last that was made. */
export const arnIndex = (scenario: Scenario, index: number): number | undefined => hints[scenario.name]?.arns?.[index];

/** How a text that was cut ends. */
export const endingOf = (scenario: Scenario, member: string): string | undefined =>
  hints[scenario.name]?.endings?.[member];

/** When a date was that was left out, in seconds after the case's start, where a person found that out. */
export const dateAfterStart = (scenario: Scenario, member: string): number | undefined =>
  hints[scenario.name]?.dates?.[member];

/** Which version of ours a literal version id means, where a person found that out. */
export const versionIndex = (scenario: Scenario, literal: string): number | undefined =>
  hints[scenario.name]?.versions?.[literal];

/** The steps with each resource under a name of its own; a call made several times under several names becomes several. */
export function namedSteps(scenario: Scenario): readonly Step[] {
  const { names: byName = {}, texts = {} } = hints[scenario.name] ?? {};
  const names = Object.entries(byName);
  const steps = Object.entries(texts).reduce(
    (text, [written, meant]) => text.replaceAll(written, meant),
    JSON.stringify(scenario.steps),
  );
  return (JSON.parse(steps) as readonly Step[]).flatMap((step, index): readonly Step[] => {
    const own = names.flatMap(([shared, byStep]) => (byStep[index] ? [{ shared, names: [...byStep[index]] }] : []));
    if ('recorded' in step || own.length === 0) return [step];
    const { times = 1, ...once } = step;
    const text = JSON.stringify(step.input);
    const isSplit = own.some(({ shared, names }) => text.split(shared).length - 1 < names.length);
    const named = () =>
      JSON.parse(
        own.reduce((input, { shared, names }) => input.replaceAll(shared, () => `${shared}-${names.shift()}`), text),
      ) as Shape;
    return isSplit ? Array.from({ length: times }, () => ({ ...once, input: named() })) : [{ ...step, input: named() }];
  });
}
