import { isSettled, type Rules } from './check-delivery.ts';
import type { TumblingWindows } from './check-windows.ts';
import { type Entry, idsOf, type Ledger } from './ledger.ts';
import { FOREVER } from './plan.ts';

/** Function errors block their own shard only: what shares no shard, nor one of its ancestors, with them is done by now. */
export function checkHealthyShards(ledger: Ledger, rules: Rules): void {
  const left = unsettled(ledger, rules);
  const sick = new Set(
    left.filter(({ record }) => record.failures === FOREVER).map(({ place }) => place?.shardId ?? ''),
  );
  const blocked = left.filter(({ place }) => {
    const shardId = place?.shardId ?? '';
    return !sick.has(shardId) && ![...sick].some((each) => ledger.precedes(each, shardId));
  });
  ledger.expect(
    blocked.length === 0,
    'errors block their own shard only',
    () => `[${idsOf(blocked)}] still wait, though nothing before them fails`,
  );
}

/** At the end each record was delivered or named. */
export function checkEnd(ledger: Ledger, rules: Rules, windows: TumblingWindows): void {
  const left = unsettled(ledger, rules);
  ledger.expect(
    left.length === 0,
    'at least once',
    () => `[${idsOf(left)}] neither succeeded nor ${rules.mapping.destination ? 'were named' : 'were given up'}`,
  );
  const { claimed, settled } = ledger.aged;
  ledger.expect(settled <= claimed, 'OnFailure', () => `${settled} aged records were named as ${claimed}`);
  windows.checkEnd(ledger);
}

const unsettled = (ledger: Ledger, rules: Rules): readonly Entry[] =>
  [...ledger.entries.values()].filter(
    (entry) => entry.acknowledged && entry.inScope && !isSettled(ledger, rules, entry),
  );
