import type { Answer } from './clients.ts';
import { isShape } from './query-client.ts';
import type { Shape, Value } from './scenario.ts';

/** The ids of streams, shards and consumers that earlier answers gave, and from which later inputs take theirs. */
export interface StreamIds {
  learn(answer: Answer): void;
  /** The text with the recording's ids replaced by ours. */
  fill(text: string, key: string): string;
}

/** The time in the ARN of a consumer. */
const CONSUMER = /(:stream\/[^/]+\/consumer\/[^:/]+):\d+$/;
/** What the recordings' stand-in took for the first sequence number of a shard, of a table or of a stream. */
const SEQUENCE_NUMBER = /^(?:0{7}\d{23}|4968\d{52})$/;
const TABLE_SHARD = /^shardId-<account>\d{8}$/;

/** Starts with none. */
export function createStreamIds(): StreamIds {
  const consumers = new Map<string, string>();
  const known: { iterator?: string; label?: string; shardId?: string; sequenceNumber?: string; createdAt?: string } =
    {};
  const learn = (value: Value): void => {
    if (!isShape(value)) return;
    const text = (key: string) => (typeof value[key] === 'string' ? value[key] : undefined);
    known.iterator = text('NextShardIterator') ?? text('ShardIterator') ?? known.iterator ?? '';
    known.label = text('LatestStreamLabel') ?? known.label ?? '';
    known.createdAt = text('StreamCreationTimestamp') ?? known.createdAt ?? '';
    const consumer = text('ConsumerARN');
    if (consumer) consumers.set(consumer.replace(CONSUMER, '$1'), consumer);
    const shards = value['Shards'];
    if (Array.isArray(shards)) learnShard(shards[0] as Shape | undefined);
    for (const name of ['StreamDescription', 'StreamDescriptionSummary', 'Table', 'TableDescription', 'Consumer']) {
      learn(value[name]);
    }
    learn((Array.isArray(value['Consumers']) ? value['Consumers'] : []).at(-1) as Value);
  };
  const learnShard = (shard: Shape | undefined): void => {
    const range = shard?.['SequenceNumberRange'];
    known.shardId = String(shard?.['ShardId']);
    known.sequenceNumber = isShape(range) ? String(range['StartingSequenceNumber']) : '';
  };
  return {
    learn,
    fill(text, key) {
      if (text === '<shard-iterator>' || (key === 'ShardIterator' && text.startsWith('eyJ')))
        return known.iterator ?? '';
      if (text === '<datetime>' && key === 'Timestamp') return known.createdAt ?? '';
      if (/SequenceNumber$/.test(key) && SEQUENCE_NUMBER.test(text)) return known.sequenceNumber ?? text;
      if (TABLE_SHARD.test(text)) return known.shardId ?? text;
      const filled = text.replace('shardId-<account>', 'shardId-000000000000');
      return filled
        .replace('/stream/<label>', `/stream/${known.label}`)
        .replace(CONSUMER, (whole) => withTime(whole, consumers));
    },
  };
}

/** Compared without account and region, which are not filled in yet. */
function withTime(recorded: string, consumers: ReadonlyMap<string, string>): string {
  const tail = recorded.replace(/:\d+$/, '');
  const ours = [...consumers].find(([prefix]) => prefix.endsWith(tail))?.[1];
  return ours ? `${tail}:${ours.slice(ours.lastIndexOf(':') + 1)}` : recorded;
}
