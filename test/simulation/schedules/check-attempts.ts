import { SECOND } from '../../../src/core/clock.ts';
import type { ExpectedFire, LifeSpan } from './expected-fires.ts';
import type { Attempt, Letter } from './ledger.ts';
import type { EntryPlan } from './plan.ts';

/** What a delivery came to. */
export interface Attempts {
  readonly fire: ExpectedFire;
  readonly entry: EntryPlan;
  readonly attempts: readonly Attempt[];
  readonly letters: readonly Letter[];
  readonly lives: readonly LifeSpan[];
}

const [FIRST_WAIT_S, LONGEST_WAIT_S, SHORTEST_SHARE] = [1, 480, 0.8];
const [DEFAULT_RETRIES, DEFAULT_AGE_S] = [185, 86_400];

/** Which rule the attempts at one target for one instant break; none when they are as they must be. */
export function brokenRule(delivery: Attempts): string | undefined {
  const { fire, attempts, lives } = delivery;
  const [first] = attempts;
  if (!first) return fire.uncertain ? undefined : 'each due instant is delivered';
  if (first.atMs < fire.earliestMs || first.atMs > fire.latestMs) return 'the first attempt is in time';
  // What became of an attempt at the instant of a crash may be forgotten.
  const isTorn = attempts.some(({ atMs }) => lives.some(({ crashed, endMs }) => crashed && endMs === atMs));
  return isTorn || fire.uncertain ? brokenEnd(delivery) : (brokenWait(delivery) ?? brokenOutcome(delivery));
}

/** Torn or not, it ends: with an acceptance, or with a letter where there is a queue. */
function brokenEnd({ entry, attempts, letters }: Attempts): string | undefined {
  const isAccepted = attempts.some(({ outcome }) => outcome === 'accepted');
  return isAccepted || letters.length > 0 || !entry.hasQueue ? undefined : 'what is given up is a dead letter';
}

function brokenWait({ fire, entry, attempts, lives }: Attempts): string | undefined {
  const ageMs = (entry.maxAgeS ?? DEFAULT_AGE_S) * SECOND;
  for (const [index, { atMs }] of attempts.entries()) {
    const before = attempts[index - 1];
    if (!before) continue;
    if (before.outcome !== 'down') return 'nothing is delivered after its end';
    const waitMs = Math.min(FIRST_WAIT_S * 2 ** (index - 1), LONGEST_WAIT_S) * SECOND;
    const [soonestMs, latestMs] = [before.atMs + Math.floor(waitMs * SHORTEST_SHARE), before.atMs + waitMs];
    const isInTime = atMs >= soonestMs && atMs <= latestMs;
    const isAtDeadline =
      atMs >= fire.earliestMs + ageMs && atMs <= (attempts[0]?.atMs ?? 0) + ageMs && atMs <= latestMs;
    const isAfterAbsence = lives.some(({ startMs }) => startMs === atMs && lives[0]?.startMs !== startMs);
    if (!isInTime && !isAtDeadline && !isAfterAbsence) return 'attempts are as far apart as they must be';
  }
  return undefined;
}

function brokenOutcome({ fire, entry, attempts, letters }: Attempts): string | undefined {
  const last = attempts.at(-1);
  if (!last) return undefined;
  if (last.outcome === 'accepted') return letters.length === 0 ? undefined : 'what is accepted is no dead letter';
  const isWornOut = attempts.length === (entry.retries ?? DEFAULT_RETRIES) + 1;
  const isTooOld = last.atMs >= fire.earliestMs + (entry.maxAgeS ?? DEFAULT_AGE_S) * SECOND;
  if (last.outcome === 'down' && !isWornOut && !isTooOld) return 'what may be tried again is tried again';
  if (attempts.length > (entry.retries ?? DEFAULT_RETRIES) + 1) return 'nothing is tried too often';
  if (!entry.hasQueue) return letters.length === 0 ? undefined : 'there are no letters without a queue';
  const [letter] = letters;
  if (letters.length !== 1 || letter?.atMs !== last.atMs) return 'what is given up is one dead letter, at once';
  const condition =
    last.outcome === 'broken' ? undefined : isWornOut ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
  const isTold = letter.condition === condition && letter.retries === attempts.length - 1;
  return isTold ? undefined : 'a dead letter tells why';
}
