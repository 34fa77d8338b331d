import { isSettled, type Rules } from './check-delivery.ts';
import type { FailureRecord } from './event.ts';
import { type Entry, idsOf, type Ledger } from './ledger.ts';

/** Checks an OnFailure record when it arrives, and settles what it names. */
export function checkFailureRecord(ledger: Ledger, rules: Rules, failure: FailureRecord): void {
  ledger.note(
    `OnFailure ${failure.condition}: ${failure.size} records of ${failure.shardId} after ${failure.attempts} attempts`,
  );
  const delivery = ledger.deliveries.get(failure.requestId);
  const inRange = [...ledger.entries.values()].filter(({ place }) => isWithin(failure, place));
  const named = failure.condition === 'RecordAgeExceeded' ? aged(ledger, rules, inRange) : (delivery?.entries ?? []);
  const rule = (holds: boolean, what: string) =>
    ledger.expect(holds, 'OnFailure', () => `${failure.condition} [${idsOf(named)}] ${what}`);
  const { mapping } = rules;
  if (failure.condition === 'RetryAttemptsExhausted') {
    const allowed = (mapping.retries ?? -1) + 1;
    rule(allowed > 0, 'came though attempts are not limited');
    rule(failure.attempts === allowed, `says ${failure.attempts} attempts`);
    rule(
      named.every(({ failures }) => failures >= allowed),
      `gives up before ${allowed} attempts`,
    );
    rule(delivery !== undefined, `names the request ${failure.requestId}, which there was none of`);
    rule(
      named.every((entry) => isOpen(ledger, entry)),
      'names what is settled',
    );
    rule(sameRange(failure, named), `says ${failure.size} records from ${failure.first} to ${failure.last}`);
  } else if (failure.condition === 'RecordAgeExceeded') {
    const { aged: tally } = ledger;
    tally.claimed += failure.size;
    tally.settled += named.filter((entry) => entry.settled === undefined).length;
    rule(mapping.maxAgeS !== undefined || named.length > 0, 'came though ages are not limited');
    const enough = (mapping.lanes ?? 1) > 1 ? named.length >= failure.size : named.length === failure.size;
    rule(enough, `says ${failure.size} records`);
  } else rule(false, 'is no condition that there is');
  for (const entry of named) ledger.settle(entry, 'named');
}

/** Whether it is not settled as far as the mapping can know: a crash may come before it has noted that it is. */
const isOpen = ({ crashed }: Ledger, { settled, succeededIn }: Entry): boolean =>
  settled === undefined ||
  (settled === 'named' && crashed.size > 0) ||
  (settled === 'succeeded' && [...succeededIn].every((life) => crashed.has(life)));

const isWithin = ({ shardId, first, last }: FailureRecord, place: Entry['place']): boolean =>
  place?.shardId === shardId && place.sequenceNumber >= first && place.sequenceNumber <= last;

/**
 * What of a range is too old, and not settled otherwise; what a crash let the mapping forget comes again. Lanes lie between
 * each other: there the range of one may have taken in records of another, which then comes with its own.
 */
function aged(ledger: Ledger, rules: Rules, inRange: readonly Entry[]): readonly Entry[] {
  const lanes = (rules.mapping.lanes ?? 1) > 1;
  const oldestMs = Math.min((rules.mapping.maxAgeS ?? Number.POSITIVE_INFINITY) * 1000, rules.retentionMs);
  return inRange.filter(
    (entry) =>
      ledger.nowMs - entry.sentAtMs >= oldestMs &&
      (entry.record.matches || !rules.mapping.filter) &&
      (entry.settled === 'expired' ||
        (lanes && entry.settled === 'named') ||
        !isSettled(ledger, rules, entry) ||
        isOpen(ledger, entry)),
  );
}

function sameRange({ shardId, first, last, size }: FailureRecord, named: readonly Entry[]): boolean {
  const [begin, end] = [named[0]?.place, named.at(-1)?.place];
  return (
    named.length === size &&
    begin?.shardId === shardId &&
    begin.sequenceNumber === first &&
    end?.sequenceNumber === last
  );
}
