import type { ChangeLog } from '../../../src/core/ports/table-store.ts';
import type { ShardPage, ShardReader } from '../../../src/core/source.ts';
import type { Retention } from './retention.ts';
import { type Shard, type Stream, shardId } from './stream.ts';
import type { StreamDirectory } from './stream-directory.ts';
import { eventOf, itemKeyText } from './stream-event.ts';

/** What reading needs. */
export interface ReadingParts {
  readonly changes: ChangeLog;
  readonly directory: StreamDirectory;
  readonly retention: Retention;
}

/** What a read returns when it was aborted. */
const NOTHING: ShardPage = { records: [], ended: false, lost: 0 };

/** Reads one shard from an offset on, on behalf of a mapping. */
export function openShardReader(parts: ReadingParts, stream: Stream, shard: Shard, fromOffset: number): ShardReader {
  const { changes, directory, retention } = parts;
  const { arn } = stream;
  const { index } = shard;
  const named = { index, id: shardId(stream, index) };
  let offset = fromOffset;
  let toldEnd = false;
  let wake = () => {};
  const changed = () => wake();
  // For as long as it is open: it must know what could be read while nobody reads, too.
  const listening = [changes.onAppend(arn, index, changed), directory.onChange(arn, changed)];
  const isClosed = () => isShardClosed(directory.peek(arn), shard);

  const readNow = async (limits: { readonly maxRecords: number; readonly maxBytes: number }) => {
    // Asked before reading: what is in the log of a closed shard then is all there will ever be.
    const closed = isClosed();
    const { first, next } = await retention.trim(arn, index);
    const from = Math.max(offset, first);
    const found = await changes.read(arn, index, from, limits);
    const last = found[found.length - 1];
    const after = last ? last.offset + 1 : from;
    const ended = closed && after >= next;
    if (found.length === 0 && !ended) return undefined;
    const lost = from - offset;
    const records = found.map((record) => ({
      event: eventOf(stream, named, record),
      key: itemKeyText(record.entry.change.keys),
      positionAfter: String(record.offset + 1),
    }));
    offset = after;
    toldEnd = ended;
    return { records, ended, lost };
  };

  return {
    get position() {
      return String(offset);
    },
    async read(limits, signal) {
      while (!signal.aborted) {
        const happened = new Promise<void>((resolve) => {
          wake = resolve;
        });
        signal.addEventListener('abort', changed, { once: true });
        try {
          const page = await readNow(limits);
          if (page) return page;
          await happened;
        } finally {
          signal.removeEventListener('abort', changed);
        }
      }
      return NOTHING;
    },
    due() {
      const records = retention.waiting(arn, index, offset);
      return { dueNow: records > 0 || toldEnd || !isClosed() ? records : 1 };
    },
    [Symbol.dispose]() {
      for (const subscription of listening) subscription[Symbol.dispose]();
    },
  };
}

/** Whether nothing will come to the shard any more; a stream that is forgotten is closed too. */
export function isShardClosed(stream: Stream | undefined, { index }: Shard): boolean {
  const shard = stream?.shards.find((candidate) => candidate.index === index);
  return shard === undefined || shard.endedAtMs !== undefined;
}
