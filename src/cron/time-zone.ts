import { DAY } from '../core/clock.ts';

/**
 * Between the wall clock of a place and instants. A wall time is written as the instant at which clocks in UTC show it, in
 * milliseconds.
 */
export interface TimeZone {
  wallTimeAt(instantMs: number): number;
  /** When clocks there first show that time; `undefined` when they never do, as they are put forward over it. */
  instantOf(wallTimeMs: number): number | undefined;
  /** As `instantOf`; a time that clocks are put forward over is as much later as they are put forward. */
  instantAround(wallTimeMs: number): number;
}

/** Where clocks show UTC. */
const utc: TimeZone = {
  wallTimeAt: (instantMs) => instantMs,
  instantOf: (wallTimeMs) => wallTimeMs,
  instantAround: (wallTimeMs) => wallTimeMs,
};

const known = new Map<string, TimeZone | undefined>([['UTC', utc]]);

/** The time zone of that name in the IANA database; `undefined` when the machine knows none. */
export function timeZoneOf(name: string): TimeZone | undefined {
  if (!known.has(name)) {
    const format = formatOf(name);
    // Names that are none are not kept: anybody may send any number of them.
    if (!format) return undefined;
    known.set(name, createTimeZone(format));
  }
  return known.get(name);
}

/** The language knows zones in any case, and plain offsets; the database does not. */
function formatOf(name: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Z]/.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    const { timeZone } = format.resolvedOptions();
    const differsInCaseOnly = timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
    return differsInCaseOnly ? undefined : format;
  } catch {
    return undefined;
  }
}

/** How many days' offsets are kept: as long as schedules look ahead, with room. */
const MAX_DAYS_KEPT = 4096;

function createTimeZone(format: Intl.DateTimeFormat): TimeZone {
  const byDay = new Map<number, number>();
  /** What clocks are ahead of UTC; asking the language is slow, and few days have two answers. */
  const offsetAt = (instantMs: number): number => {
    const day = Math.floor(instantMs / DAY);
    const atStart = offsetOfDay(day);
    return atStart === offsetOfDay(day + 1) ? atStart : askedOffset(format, instantMs);
  };
  const offsetOfDay = (day: number): number => {
    const kept = byDay.get(day);
    if (kept !== undefined) return kept;
    if (byDay.size >= MAX_DAYS_KEPT) byDay.clear();
    const offset = askedOffset(format, day * DAY);
    byDay.set(day, offset);
    return offset;
  };
  const instantOf = (wallTimeMs: number): number | undefined => {
    // Offsets of a day before and a day behind are those on both sides of a change. The greater comes first.
    const before = offsetAt(wallTimeMs - DAY);
    const behind = offsetAt(wallTimeMs + DAY);
    const [first, second] = before >= behind ? [before, behind] : [behind, before];
    if (offsetAt(wallTimeMs - first) === first) return wallTimeMs - first;
    return offsetAt(wallTimeMs - second) === second ? wallTimeMs - second : undefined;
  };
  return {
    wallTimeAt: (instantMs) => instantMs + offsetAt(instantMs),
    instantOf,
    // Counted with the offset before the change, clocks behind it show as much more.
    instantAround: (wallTimeMs) => instantOf(wallTimeMs) ?? wallTimeMs - offsetAt(wallTimeMs - DAY),
  };
}

function askedOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instantMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000;
}
