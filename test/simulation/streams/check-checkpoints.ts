import type { ShardCheckpoint } from '../../../mappings/poll/stream/checkpoint/shard-checkpoint.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { isSettled, type Rules } from './check-delivery.ts';
import type { Ledger } from './ledger.ts';
import type { SimulatedSource } from './source.ts';

const FIRST = { maxRecords: 1, maxBytes: 1 };
const neverAborted = new AbortController().signal;

/** Checks, while all is at rest, that no checkpoint has passed a record that is not settled. */
export async function checkCheckpoints(
  ledger: Ledger,
  rules: Rules,
  {
    registry,
    source,
    mapping,
  }: { readonly registry: Registry; readonly source: SimulatedSource; readonly mapping: string },
): Promise<void> {
  const prefix = `lambda-checkpoints/${mapping}/`;
  for (const { key, value } of await registry.list<ShardCheckpoint>(prefix)) {
    const shardId = key.slice(prefix.length);
    const next = value.ended ? undefined : await nextAt(source, shardId, value.position);
    const settledTo = (rules.mapping.lanes ?? 1) === 1 ? value.lanes[0]?.settledTo : undefined;
    for (const entry of ledger.entries.values()) {
      if (!entry.inScope || entry.place?.shardId !== shardId || isSettled(ledger, rules, entry)) continue;
      const { sequenceNumber } = entry.place;
      const passed = next === undefined || sequenceNumber < next;
      const claimed = settledTo !== undefined && sequenceNumber <= BigInt(settledTo);
      ledger.expect(
        !passed && !claimed,
        'checkpoint',
        () => `that of ${shardId} has passed record ${entry.record.id}, which is not settled`,
      );
    }
  }
}

/** The record that reading goes on with; `undefined` when there is none behind the position. */
async function nextAt(source: SimulatedSource, shardId: string, position: string): Promise<bigint | undefined> {
  using reader = await source.stream.reader(await source.arn(), shardId, { at: 'position', position });
  if (!reader || reader.due().dueNow === 0) return undefined;
  const { records } = await reader.read(FIRST, neverAborted);
  const [first] = records;
  return first && BigInt(first.event.position.sequenceNumber);
}
