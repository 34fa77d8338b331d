import type { StreamDeclaration } from '../declaration.ts';
import { type Applying, type Change, combine, orAbsent } from './applying.ts';

/** Makes the stream with its consumers, or brings in line what differs. */
export async function applyStream(applying: Applying, name: string, declared: StreamDeclaration): Promise<Change> {
  const { call } = applying;
  const found = await orAbsent(call('kinesis', 'DescribeStreamSummary', { StreamName: name }));
  if (!found) {
    const { shardCount, streamMode: StreamMode = 'PROVISIONED', tags } = declared;
    await call('kinesis', 'CreateStream', {
      StreamName: name,
      StreamModeDetails: { StreamMode },
      ...(StreamMode === 'PROVISIONED' ? { ShardCount: shardCount ?? 1 } : {}),
      ...(tags ? { Tags: tags } : {}),
    });
  }
  const changes: Change[] = [found ? 'unchanged' : 'created'];
  for (const step of [setMode, setRetention, setShardCount, setTags, registerConsumers]) {
    changes.push(await step(applying, await activeStream(applying, name), declared));
  }
  return combine(changes);
}

/** What `DescribeStreamSummary` says of an active stream. */
interface Stream {
  readonly StreamName: string;
  readonly StreamARN: string;
  readonly StreamStatus: string;
  readonly StreamModeDetails?: { readonly StreamMode: string };
  readonly RetentionPeriodHours: number;
  readonly OpenShardCount: number;
}

/** Nothing can be changed while another change is under way. */
const activeStream = ({ call, untilReady }: Applying, StreamName: string): Promise<Stream> =>
  untilReady(async () => {
    const { StreamDescriptionSummary } = await call('kinesis', 'DescribeStreamSummary', { StreamName });
    const stream = StreamDescriptionSummary as Stream;
    return stream.StreamStatus === 'ACTIVE' ? stream : undefined;
  });

async function setMode({ call }: Applying, stream: Stream, { streamMode }: StreamDeclaration): Promise<Change> {
  if (streamMode === undefined || streamMode === stream.StreamModeDetails?.StreamMode) return 'unchanged';
  const { StreamARN } = stream;
  await call('kinesis', 'UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: streamMode } });
  return 'updated';
}

async function setRetention({ call }: Applying, stream: Stream, declared: StreamDeclaration): Promise<Change> {
  const { retentionPeriodHours: wanted } = declared;
  const { StreamName, RetentionPeriodHours: present } = stream;
  if (wanted === undefined || wanted === present) return 'unchanged';
  const operation = wanted > present ? 'IncreaseStreamRetentionPeriod' : 'DecreaseStreamRetentionPeriod';
  await call('kinesis', operation, { StreamName, RetentionPeriodHours: wanted });
  return 'updated';
}

async function setShardCount({ call }: Applying, stream: Stream, { shardCount }: StreamDeclaration): Promise<Change> {
  const { StreamName, OpenShardCount, StreamModeDetails } = stream;
  const isFixed = StreamModeDetails?.StreamMode === 'ON_DEMAND';
  if (isFixed || shardCount === undefined || shardCount === OpenShardCount) return 'unchanged';
  const ScalingType = 'UNIFORM_SCALING';
  await call('kinesis', 'UpdateShardCount', { StreamName, TargetShardCount: shardCount, ScalingType });
  return 'updated';
}

async function setTags({ call }: Applying, { StreamName }: Stream, { tags }: StreamDeclaration): Promise<Change> {
  if (!tags) return 'unchanged';
  const { Tags = [] } = await call('kinesis', 'ListTagsForStream', { StreamName });
  const present = new Map((Tags as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  if (Object.entries(tags).every(([key, value]) => present.get(key) === value)) return 'unchanged';
  await call('kinesis', 'AddTagsToStream', { StreamName, Tags: tags });
  return 'updated';
}

async function registerConsumers(
  { call }: Applying,
  { StreamARN }: Stream,
  { consumers = [] }: StreamDeclaration,
): Promise<Change> {
  const changes: Change[] = [];
  for (const ConsumerName of consumers) {
    const found = await orAbsent(call('kinesis', 'DescribeStreamConsumer', { StreamARN, ConsumerName }));
    if (!found) await call('kinesis', 'RegisterStreamConsumer', { StreamARN, ConsumerName });
    changes.push(found ? 'unchanged' : 'updated');
  }
  return combine(changes);
}
