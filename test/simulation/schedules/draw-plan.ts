import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/clock.ts';
import { type Random, seededRandom } from '../../../src/core/random.ts';
import { START_MS } from '../engine/life.ts';
import type { Days, EntryPlan, Outage, SchedulesPlan, Step, Times, Zone } from './plan.ts';

const YEAR_MS = 365 * DAY;
const TARGETS = 4;
const ZONES: readonly Zone[] = ['UTC', 'Europe/Berlin', 'America/New_York'];

/** Draws a year of schedules. Each run has only some of all features: a run with all of them would hide what two of them do to each other. */
export function drawPlan(seed: number): SchedulesPlan {
  const random = seededRandom(seed);
  const count = random.integer(1, 5);
  const entries = times(count, (index) => drawEntry(random, `entry-${index}`));
  return {
    seed,
    missed: pick(random, ['once', 'all', 'skip']),
    entries,
    outages: drawOutages(random),
    steps: drawSteps(random, count),
  };
}

function drawEntry(random: Random, name: string): EntryPlan {
  const kind = pick(random, ['schedule', 'schedule', 'rule', 'bus'] as const);
  const isRule = kind === 'rule';
  const startAfterMs = !isRule && chance(random, 0.25) ? random.integer(0, 60 * 24 * 60) * MINUTE : undefined;
  const endAfterMs =
    !isRule && chance(random, 0.3) ? (startAfterMs ?? 0) + random.integer(1, 200 * 24) * HOUR : undefined;
  return {
    ...{ name, kind, startAfterMs, endAfterMs },
    times: drawTimes(random, isRule),
    zone: isRule ? 'UTC' : pick(random, ZONES),
    windowMinutes: kind === 'schedule' && chance(random, 0.25) ? pick(random, [1, 15, 90, 600]) : undefined,
    deleteAfter: chance(random, 0.4),
    targets: isRule || kind === 'bus' ? some(random, [0, 1, 2, 3]) : [random.integer(0, TARGETS - 1)],
    retries: chance(random, 0.4) ? random.integer(0, 12) : undefined,
    maxAgeS: chance(random, 0.3) ? random.integer(60, 7200) : undefined,
    hasQueue: chance(random, 0.6),
  };
}

function drawTimes(random: Random, isRule: boolean): Times {
  const kind = pick(random, isRule ? (['rate', 'cron'] as const) : (['rate', 'cron', 'cron', 'at'] as const));
  if (kind === 'rate') return { kind, hours: pick(random, [17, 24, 36, 61, 168, 500]) };
  if (kind === 'at') {
    const wall = new Date(START_MS + random.integer(1, 300 * 24 * 60) * MINUTE);
    return { kind, local: wall.toISOString().slice(0, 19) };
  }
  // Around the hours that clocks skip and repeat.
  return { kind, minutes: some(random, [0, 30]), hours: some(random, [1, 2, 9]), days: drawDays(random) };
}

function drawDays(random: Random): Days {
  const kind = pick(random, ['all', 'of-month', 'of-week', 'of-week'] as const);
  if (kind === 'all') return { kind };
  if (kind === 'of-month') return { kind, day: pick(random, [0, 1, 29, 30, 31]) };
  return { kind, days: some(random, [1, 4, 7]) };
}

/** Some are as long as a morning, some hit what is due at night for weeks. */
function drawOutages(random: Random): readonly Outage[] {
  return times(random.integer(0, 8), () => {
    const fromMs = random.integer(0, YEAR_MS / SECOND) * SECOND;
    const permanent = chance(random, 0.3);
    const lasting = permanent
      ? random.integer(1, 30 * 24 * 60) * MINUTE
      : pick(random, [5, 100, 3600, 12 * 3600]) * SECOND;
    return { target: random.integer(0, TARGETS - 1), fromMs, toMs: fromMs + lasting, permanent };
  });
}

function drawSteps(random: Random, entries: number): readonly Step[] {
  const steps: Step[] = [];
  const changes = chance(random, 0.6);
  const interruptions = chance(random, 0.6);
  for (let leftMs = YEAR_MS; leftMs > 0; ) {
    const byMs = Math.min(leftMs, pick(random, [random.integer(0, 2 * DAY), random.integer(0, 70 * DAY)]));
    leftMs -= byMs;
    steps.push({ do: 'advance', byMs });
    if (changes && chance(random, 0.4)) steps.push(drawChange(random, entries));
    if (interruptions && chance(random, 0.4)) steps.push(drawInterruption(random));
  }
  return steps;
}

function drawChange(random: Random, entries: number): Step {
  const entry = random.integer(0, entries - 1);
  const kind = pick(random, ['toggle', 'toggle', 'change', 'remove'] as const);
  return kind === 'change' ? { do: kind, entry, times: drawTimes(random, true) } : { do: kind, entry };
}

function drawInterruption(random: Random): Step {
  const awayMs = pick(random, [0, random.integer(0, MINUTE), random.integer(0, DAY), random.integer(0, 9 * DAY)]);
  if (chance(random, 0.5)) return { do: 'stop', awayMs };
  return { do: 'crash', byMs: random.integer(0, 10 * DAY), turns: random.integer(0, 40), awayMs };
}

const chance = (random: Random, probability: number): boolean => random.fraction() < probability;
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** One or more of them. */
function some<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  const chosen = items.filter(() => chance(random, 0.4));
  return chosen.length > 0 ? chosen : [pick(random, items)];
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
