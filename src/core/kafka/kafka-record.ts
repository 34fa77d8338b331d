import type { NormalizedEvent, Position } from '../event.ts';
import type { TopicRecord } from '../ports/consumer-group.ts';
import type { StreamRecord } from '../source.ts';

/** One record of a topic, as consumers and functions see it. */
export type KafkaRecord = Omit<TopicRecord, 'hold'>;

/** A record as a normalized event; its id is `<topic>-<partition>:<offset>`, its name `Record`. */
export type KafkaRecordEvent = NormalizedEvent<KafkaRecord> & { readonly position: Position };

/** A record that a member of a group has read, with the hold on its partition that it was read under. */
export interface HeldRecord extends StreamRecord {
  readonly event: KafkaRecordEvent;
  readonly hold: TopicRecord['hold'];
}
