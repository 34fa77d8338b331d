import { openShards, type Stream, statusOf } from './stream.ts';

/** What the descriptions of a stream have in common. */
export function streamOutput(stream: Stream, nowMs: number) {
  const { name, arn, mode, retentionHours, createdAtMs, metrics, encryptionKeyId } = stream;
  return {
    StreamName: name,
    StreamARN: arn,
    StreamStatus: statusOf(stream, nowMs) ?? ('DELETING' as const),
    StreamModeDetails: { StreamMode: mode },
    RetentionPeriodHours: retentionHours,
    StreamCreationTimestamp: wholeSecond(createdAtMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: [...metrics] }],
    EncryptionType: encryptionKeyId === undefined ? ('NONE' as const) : ('KMS' as const),
    ...(encryptionKeyId !== undefined && { KeyId: encryptionKeyId }),
  };
}

/** The stream in a list of streams. */
export function streamListing(stream: Stream, nowMs: number) {
  const { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp } = streamOutput(
    stream,
    nowMs,
  );
  return { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
}

/** The stream without its shards. */
export function streamSummary(stream: Stream, nowMs: number) {
  const creating = statusOf(stream, nowMs) === 'CREATING';
  const { warmThroughputMiBps } = stream;
  return {
    ...streamOutput(stream, nowMs),
    OpenShardCount: creating ? 0 : openShards(stream).length,
    ConsumerCount: stream.consumers.length,
    MaxRecordSizeInKiB: stream.maxRecordKiB,
    ...(warmThroughputMiBps !== undefined && {
      WarmThroughput: { TargetMiBps: warmThroughputMiBps, CurrentMiBps: warmThroughputMiBps },
    }),
  };
}

/** AWS keeps when a stream was created by the second. */
const wholeSecond = (atMs: number) => new Date(Math.floor(atMs / 1000) * 1000);

/** What an answer about records of an encrypted stream also says. */
export const encryptionOf = ({ encryptionKeyId }: Stream): { readonly EncryptionType?: 'KMS' } =>
  encryptionKeyId === undefined ? {} : { EncryptionType: 'KMS' };
