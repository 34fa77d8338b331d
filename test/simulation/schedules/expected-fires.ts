import { HOUR, MINUTE } from '../../../src/core/clock.ts';
import type { MissedPolicy } from '../../../src/core/schedule/timetable.ts';
import { instantsOnTheWall } from './calendar.ts';
import type { EntryPlan, Times } from './plan.ts';

/** A time in which an entry was enabled with the same times. */
export interface Era {
  readonly fromMs: number;
  /** The last instant of it; of an era that goes on, the end of the run. */
  toMs: number;
  readonly times: Times;
  /** What a rate counts from. */
  readonly anchorMs: number;
  /** Whether a rate is due there too, as those of schedules that begin are. */
  readonly begins: boolean;
}

/** From a start to the stop or crash that ends it. */
export interface LifeSpan {
  readonly startMs: number;
  endMs: number;
  crashed: boolean;
}

/** An instant that must have been fired, and when its first attempt may be. */
export interface ExpectedFire {
  readonly dueMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
  /** A crash, or a change while it waited, may have kept it from happening, or made it happen twice. */
  readonly uncertain: boolean;
  /** Whether the entry was not due again after it. */
  readonly isLast: boolean;
}

/** AWS fires within a minute: what is due no longer before a start is late, not missed. */
const PRECISION_MS = MINUTE;

/** What an entry must have fired in all its eras. */
export function expectedFires(
  entry: EntryPlan,
  eras: readonly Era[],
  lives: readonly LifeSpan[],
  run: { readonly startMs: number; readonly missed: MissedPolicy },
): readonly ExpectedFire[] {
  return eras.flatMap((era) => firesOf(entry, era, lives, run));
}

function firesOf(
  entry: EntryPlan,
  era: Era,
  lives: readonly LifeSpan[],
  run: { readonly startMs: number; readonly missed: MissedPolicy },
): readonly ExpectedFire[] {
  const due = instantsOf(entry, era, run.startMs);
  const windowMs = (entry.windowMinutes ?? 0) * MINUTE;
  const fires: ExpectedFire[] = [];
  // Whether the fire before may have been forgotten in a crash, so that it was made up for in place of what follows.
  let blurred = false;
  for (let index = 0; index < due.length; ) {
    const dueMs = due[index] ?? 0;
    const life = lives.find(({ endMs }) => endMs >= dueMs);
    if (!life || dueMs > era.toMs) break;
    const isOnTime = dueMs >= life.startMs;
    const missed = !isOnTime && dueMs < life.startMs - PRECISION_MS && run.missed !== 'all';
    const nextIndex = missed ? due.findIndex((later) => later > life.startMs) : index + 1;
    const following = nextIndex < 0 ? undefined : due[nextIndex];
    const earliestMs = Math.max(dueMs, life.startMs);
    const inCrash = life.crashed && dueMs === life.endMs;
    // Forgotten, it is fired again, and has its window from then on.
    const firedMs = inCrash ? (lives[lives.indexOf(life) + 1]?.startMs ?? earliestMs) : earliestMs;
    const latestMs = startedBy(firedMs + windowMs, lives);
    if (isOnTime) blurred = false;
    if (!missed || run.missed === 'once' || blurred) {
      const changed = latestMs > earliestMs && era.toMs <= latestMs;
      const isSkipped = missed && run.missed === 'skip';
      fires.push({
        ...{ dueMs, earliestMs, latestMs, uncertain: inCrash || blurred || changed || isSkipped },
        isLast: following === undefined,
      });
    }
    blurred ||= inCrash;
    if (following === undefined) break;
    index = nextIndex;
  }
  return fires;
}

/** What is due while no process is there is done when one is. */
function startedBy(atMs: number, lives: readonly LifeSpan[]): number {
  const life = lives.find(({ endMs }) => endMs >= atMs);
  return Math.max(atMs, life?.startMs ?? atMs);
}

/** Also those behind the era's end: whether there are any decides on what is the last. */
function instantsOf({ zone, startAfterMs = 0, endAfterMs }: EntryPlan, era: Era, startMs: number): readonly number[] {
  const { times, anchorMs, begins, fromMs, toMs } = era;
  if (times.kind === 'at') return instantsOnTheWall(times, zone, fromMs, toMs);
  const endMs = endAfterMs === undefined ? Number.POSITIVE_INFINITY : startMs + endAfterMs;
  const horizonMs = Math.min(endMs, toMs + 40 * 24 * HOUR);
  if (times.kind === 'cron') {
    return instantsOnTheWall(times, zone, Math.max(fromMs + 1, startMs + startAfterMs), horizonMs);
  }
  const periodMs = times.hours * HOUR;
  const instants: number[] = [];
  for (
    let atMs = begins ? anchorMs : anchorMs + periodMs;
    atMs <= Math.min(endMs, toMs + 2 * periodMs);
    atMs += periodMs
  ) {
    if (atMs > fromMs || (begins && atMs === fromMs)) instants.push(atMs);
  }
  return instants;
}
