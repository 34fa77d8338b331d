import { HeadwaterError } from '../../../src/core/errors.ts';
import type { ReadFrom, StreamSource } from '../../../src/core/source.ts';
import type { CheckpointStore } from './checkpoint/checkpoint-store.ts';
import {
  checkpointAt,
  compareSequence,
  furthest,
  type ReplayedRange,
  type ShardCheckpoint,
} from './checkpoint/shard-checkpoint.ts';
import type { StreamMapping } from './stream-settings.ts';

interface MoveParts {
  readonly source: StreamSource;
  readonly checkpoints: CheckpointStore;
}

/** Keeps that a shard goes on elsewhere. */
export async function moveTo(
  parts: MoveParts,
  mapping: StreamMapping,
  move: { readonly shardId: string; readonly to: ReadFrom; readonly replay: string | undefined },
): Promise<void> {
  const { shardId, to } = move;
  const position = await positionOf(parts, mapping, shardId, to);
  if (position === undefined) {
    throw new HeadwaterError('UNKNOWN_SHARD', `${mapping.sourceArn} has no shard ${shardId}`);
  }
  const found = (await parts.checkpoints.list()).get(shardId);
  const replay = found && (await replayedRange(parts, mapping, move, found));
  await parts.checkpoints.replace(shardId, { ...checkpointAt(position), ...(replay && { replay }) });
}

/** The position of a new reader; `undefined` when there is no such shard. */
export async function positionOf(
  { source }: Pick<MoveParts, 'source'>,
  { sourceArn }: StreamMapping,
  shardId: string,
  from: ReadFrom,
): Promise<string | undefined> {
  const reader = await source.reader(sourceArn, shardId, from);
  const position = reader?.position;
  reader?.[Symbol.dispose]();
  return position;
}

/** What the mapping had delivered, or was replaying already: all up to the next record that it would have read. */
async function replayedRange(
  { source }: MoveParts,
  { sourceArn }: StreamMapping,
  { shardId, replay: id }: { readonly shardId: string; readonly replay: string | undefined },
  found: ShardCheckpoint,
): Promise<ReplayedRange | undefined> {
  if (id === undefined) return undefined;
  const tried = furthest(found);
  const ends = [
    await nextSequenceNumber(source, sourceArn, shardId, found.position),
    tried && successorOf(tried),
    found.replay?.before,
  ];
  const before = ends.filter((end) => end !== undefined && end !== '').sort(latestFirst)[0];
  return before === undefined ? undefined : { id, before };
}

const latestFirst = (a = '', b = '') => compareSequence(b, a);

async function nextSequenceNumber(
  source: StreamSource,
  arn: StreamMapping['sourceArn'],
  shardId: string,
  position: string,
): Promise<string | undefined> {
  using reader = await source.reader(arn, shardId, { at: 'position', position });
  if (reader && reader.due().dueNow > 0) {
    const page = await reader.read({ maxRecords: 1, maxBytes: 1 }, new AbortController().signal);
    const [next] = page.records;
    if (next) return next.event.position.sequenceNumber;
  }
  const extent = await source.extent(arn, shardId);
  return extent?.last && successorOf(extent.last.sequenceNumber);
}

const successorOf = (sequenceNumber: string) =>
  (BigInt(sequenceNumber) + 1n).toString().padStart(sequenceNumber.length, '0');
