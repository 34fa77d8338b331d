import type { RecordsBatch } from '@platformatic/kafka';
import { HeadwaterError } from '../../../core/errors.ts';
import type { KafkaLink } from '../link.ts';

const COMMITTED_ONLY = 1;
const PAGE_BYTES = 2 ** 22;
/** How far from the end it is looked first; then ten times as far, and so on. */
const FIRST_LOOK = 1_000;
const CONTROL = 0b100000;

/** The headers of the last record of a topic's only partition that belongs to a committed transaction. */
export async function lastCommitted(
  link: KafkaLink,
  topic: string,
  { first, next }: { readonly first: number; readonly next: number },
): Promise<ReadonlyMap<string, string> | undefined> {
  for (let reach = FIRST_LOOK; ; reach *= 10) {
    const from = Math.max(first, next - reach);
    const last = await lastFrom(link, topic, from, next);
    if (last || from === first) return last;
  }
}

async function lastFrom(link: KafkaLink, topic: string, from: number, end: number) {
  let last: ReadonlyMap<string, string> | undefined;
  for (let offset = from; offset < end; ) {
    const { batches, aborted } = await fetchPage(link, topic, offset);
    const kept = committed(batches, aborted).at(-1)?.records.at(-1);
    if (kept) last = new Map(kept.headers.map(([name, value]) => [`${name}`, `${value}`]));
    const newest = batches.at(-1);
    if (!newest) break;
    offset = Number(newest.firstOffset) + newest.lastOffsetDelta + 1;
  }
  return last;
}

type Aborted = readonly { readonly producerId: bigint; readonly firstOffset: bigint }[];

async function fetchPage({ client, askLeader }: KafkaLink, topic: string, offset: number) {
  const at = { partition: 0, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: PAGE_BYTES };
  const topics = [{ topicId: topic, partitions: [{ ...at, fetchOffset: BigInt(offset) }] }];
  const { responses } = await askLeader(topic, 0, 'read', (connection) =>
    client.fetchV12.api.async(connection, 0, 0, PAGE_BYTES, COMMITTED_ONLY, 0, -1, topics, [], ''),
  );
  const partition = responses[0]?.partitions[0];
  if (!partition) throw new HeadwaterError('KAFKA_ANSWER', `Kafka does not say what ${topic} holds`);
  return { batches: partition.records ?? [], aborted: partition.abortedTransactions };
}

/** Batches of data without those of transactions that came to nothing: these last from their first batch to their marker. */
export function committed(batches: readonly RecordsBatch[], aborted: Aborted): readonly RecordsBatch[] {
  const undone = new Set<bigint>();
  const toCome = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  return batches.filter(({ firstOffset, lastOffsetDelta, attributes, producerId }) => {
    const lastOffset = firstOffset + BigInt(lastOffsetDelta);
    for (let next = toCome[0]; next && next.firstOffset <= lastOffset; next = toCome[0]) {
      undone.add(next.producerId);
      toCome.shift();
    }
    if (!(attributes & CONTROL)) return !undone.has(producerId);
    // A commit has no such producer in the list.
    undone.delete(producerId);
    return false;
  });
}
