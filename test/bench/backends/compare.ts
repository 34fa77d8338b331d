import { inParallel, median, type Row, timed } from '../measure.ts';

/** What is measured against what: the raw client on the same engine is the floor. */
export interface Comparison<Subject> {
  readonly what: string;
  readonly unit: string;
  readonly aim: Row['aim'];
  readonly floorName: string;
  readonly subjects: Readonly<Record<string, Subject>> & { readonly floor: Subject };
  readonly rounds: number;
  /** One figure of a subject in a round. */
  readonly measure: (subject: Subject, round: number) => Promise<number>;
}

/** The port's aim: at least half of what the raw client reaches with the same batching. */
export const HALF: Row['aim'] = { value: 0.5, atLeast: true };
/** So many of the first rounds warm up. */
const WARM_UP = 2;

/** A row for each subject but the floor: medians of rounds in turns, so that what else the machine does falls on all alike. */
export async function compare<Subject>(comparison: Comparison<Subject>): Promise<readonly Row[]> {
  const { what, unit, aim, floorName, rounds, measure } = comparison;
  const subjects = Object.entries<Subject>(comparison.subjects);
  const figures = new Map<string, number[]>(subjects.map(([name]) => [name, []]));
  for (let round = 0; round < rounds + WARM_UP; round++) {
    for (const [name, subject] of subjects) {
      const figure = await measure(subject, round);
      if (round >= WARM_UP) figures.get(name)?.push(figure);
    }
  }
  const floor = median(figures.get('floor') ?? []);
  return subjects
    .filter(([name]) => name !== 'floor')
    .map(([name]) => ({
      what: `${what}: ${name}`,
      ours: median(figures.get(name) ?? []),
      ...{ floor, floorName, unit, aim },
    }));
}

/** How often a second `work` is done, `width` at once. */
export async function perSecond(
  times: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  return (times * 1000) / (await timed(() => inParallel(times, width, work)));
}
