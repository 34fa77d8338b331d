import type { StreamEvent } from './event.ts';
import { type Delivery, type Entry, idsOf, type Ledger } from './ledger.ts';
import type { MappingPlan } from './plan.ts';

/** What the rules must know of the mapping. */
export interface Rules {
  readonly mapping: MappingPlan;
  /** The largest batch that any setting of the run allows. */
  readonly largestBatch: number;
  readonly retentionMs: number;
  /** What a mapping does about attempts that are cut off by a crash or a change is counted generously. */
  readonly disturbances: number;
}

/** The entries of an event's records, in its order; a record that nobody sent is a violation. */
export function entriesOf(ledger: Ledger, event: StreamEvent): readonly Entry[] {
  return event.records.flatMap(({ id, key, sequenceNumber, shardId, arrivedAtMs }) => {
    const entry = ledger.entries.get(id);
    ledger.expect(entry !== undefined, 'only what was put', () => `record ${id} was delivered, but never sent`);
    if (!entry) return [];
    ledger.expect(entry.record.key === key, 'only what was put', () => `record ${id} came with the key ${key}`);
    if (shardId !== undefined) entry.place ??= { shardId, sequenceNumber };
    const { place } = entry;
    const same = place?.sequenceNumber === sequenceNumber && (shardId ?? place.shardId) === place.shardId;
    ledger.expect(
      same,
      'one place',
      () => `record ${id} came as ${sequenceNumber}, but lies at ${place?.sequenceNumber}`,
    );
    // DynamoDB tells seconds only.
    const arrived = Math.floor(arrivedAtMs / 1000) === Math.floor(entry.sentAtMs / 1000);
    ledger.expect(arrived, 'arrival', () => `record ${id} sent at ${entry.sentAtMs} came with ${arrivedAtMs}`);
    return [entry];
  });
}

/** Checks one invocation at the moment at which the function gets it. */
export function checkDelivery(ledger: Ledger, rules: Rules, delivery: Delivery): void {
  const { entries, number } = delivery;
  const { largestBatch, mapping } = rules;
  const rule = (name: string, holds: boolean, what: string) =>
    ledger.expect(holds, name, () => `invocation ${number} [${idsOf(entries)}] ${what}`);
  rule('batch size', entries.length <= largestBatch, `has more than ${largestBatch} records`);
  rule('no empty batch', entries.length > 0 || delivery.window?.final === true, 'has no records');
  rule('one shard', new Set(entries.map(({ place }) => place?.shardId)).size <= 1, 'mixes shards');
  rule('order', isSorted(entries), 'is not in the order of the shard');
  for (const entry of entries) {
    const { id, matches } = entry.record;
    rule('filter', matches || !mapping.filter, `has record ${id}, which the filter keeps out`);
    rule('starting position', entry.inScope || !entry.acknowledged, `has record ${id}, which lies before the start`);
    const ageMs = delivery.atMs - entry.sentAtMs;
    const young = mapping.maxAgeS === undefined || ageMs <= mapping.maxAgeS * 1000;
    rule('record age', young, `has record ${id}, which is ${ageMs} ms old`);
    // What a crash left unsaid may come again; nothing else may.
    const again = [...entry.succeededIn].some((life) => !ledger.crashed.has(life));
    rule('not again', !again, `has record ${id}, which had succeeded`);
    const ahead = unsettledBefore(ledger, rules, entry).find((each) => !entries.includes(each));
    rule('order', ahead === undefined, `has record ${id} before ${ahead?.record.id} is settled`);
  }
  checkAttempts(ledger, rules, delivery);
}

const isSorted = (entries: readonly Entry[]): boolean =>
  entries.every((entry, index) => {
    const before = entries[index - 1]?.place?.sequenceNumber;
    return before === undefined || before < (entry.place?.sequenceNumber ?? 0n);
  });

/** What must have been settled first: of the same shard, and of the same key where lanes share the shard; and all of its ancestors. */
function unsettledBefore(ledger: Ledger, rules: Rules, entry: Entry): readonly Entry[] {
  const { place } = entry;
  if (!place) return [];
  const lanes = (rules.mapping.lanes ?? 1) > 1;
  return [...ledger.entries.values()].filter((other) => {
    if (!other.place || !other.inScope || other === entry || isSettled(ledger, rules, other)) return false;
    if (other.place.shardId !== place.shardId) return ledger.precedes(other.place.shardId, place.shardId);
    return other.place.sequenceNumber < place.sequenceNumber && (!lanes || other.record.key === entry.record.key);
  });
}

/** Whether the mapping has done with it, or may have without a word. */
export function isSettled(ledger: Ledger, { mapping, retentionMs }: Rules, entry: Entry): boolean {
  if (entry.settled) return true;
  const ageMs = ledger.nowMs - entry.sentAtMs;
  if (ageMs >= retentionMs) ledger.settle(entry, 'expired');
  else if (mapping.destination === undefined) {
    const exhausted = mapping.retries !== undefined && entry.failures > mapping.retries;
    if (exhausted || (mapping.maxAgeS !== undefined && ageMs >= mapping.maxAgeS * 1000))
      ledger.settle(entry, 'given up');
  }
  return entry.settled !== undefined;
}

/** No record is tried more often than the settings allow; each cut of a batch gives what is left of it a budget of its own. */
function checkAttempts(ledger: Ledger, { mapping, largestBatch, disturbances }: Rules, delivery: Delivery): void {
  if (mapping.retries === undefined) return;
  const cuts = mapping.bisect || mapping.report || mapping.maxAgeS !== undefined ? largestBatch + 1 : 1;
  const most = (mapping.retries + 1) * (cuts + disturbances);
  const over = delivery.entries.find(({ failures }) => failures >= most);
  ledger.expect(
    over === undefined,
    'attempts',
    () => `record ${over?.record.id} comes again after ${over?.failures} failures; ${most} are allowed`,
  );
}
