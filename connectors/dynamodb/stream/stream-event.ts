import type { Position } from '../../../src/core/event.ts';
import type { LogRecord } from '../../../src/core/ports/event-log.ts';
import type { ChangeEntry } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap, ItemChangeEvent } from '../../../src/core/records/dynamodb-change.ts';
import { encodeKey } from '../values/key-encoding.ts';
import { sequenceNumber } from './sequence-number.ts';
import type { Shard, Stream } from './stream.ts';

/** A change of a shard as a normalized event; `id` is the shard's name. */
export function eventOf(
  { arn }: Stream,
  { index, id }: Pick<Shard, 'index'> & { readonly id: string },
  { offset, arrivedAtMs, entry }: LogRecord<ChangeEntry>,
): ItemChangeEvent & { readonly position: Position } {
  return {
    id: entry.change.eventId,
    source: 'dynamodb',
    sourceArn: arn,
    name: entry.name,
    occurredAtMs: arrivedAtMs,
    position: { shardId: id, sequenceNumber: sequenceNumber({ index, offset }) },
    detail: entry.change,
  };
}

/** A text that is the same for changes of one item, and for those only. */
export function itemKeyText(keys: AttributeMap): string {
  return Object.values(keys)
    .map((value) => {
      const text = encodeKey(value);
      return `${text.length}:${text}`;
    })
    .join('');
}
