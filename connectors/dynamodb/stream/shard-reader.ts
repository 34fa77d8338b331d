import type { Due } from '../../../src/core/activity.ts';
import type { LogBounds } from '../../../src/core/ports/event-log.ts';
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
  const named = { index: shard.index, id: shardId(stream, shard.index) };
  let offset = fromOffset;
  let toldEnd = false;
  const isClosed = () => isShardClosed(directory.peek(arn), shard);
  const waiting = (bounds: LogBounds) => Math.max(0, bounds.next - Math.max(bounds.first, offset));

  const readNow = async (limits: { readonly maxRecords: number; readonly maxBytes: number }) => {
    // Asked before reading: what is in the log of a closed shard then is all there will ever be.
    const closed = isClosed();
    const { first } = await retention.trim(arn, shard.index);
    const from = Math.max(offset, first);
    const found = await changes.read(arn, shard.index, from, limits);
    const { next } = await changes.bounds(arn, shard.index);
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
        const changed = nextChange(parts, stream, shard, signal);
        try {
          const page = await readNow(limits);
          if (page) return page;
          await changed.happened;
        } finally {
          changed[Symbol.dispose]();
        }
      }
      return NOTHING;
    },
    due(): Due {
      const records = waiting(changes.known(arn, shard.index));
      return { dueNow: records > 0 || toldEnd || !isClosed() ? records : 1 };
    },
    [Symbol.dispose]: () => {},
  };
}

/** Whether nothing will come to the shard any more; a stream that is forgotten is closed too. */
export function isShardClosed(stream: Stream | undefined, { index }: Shard): boolean {
  const shard = stream?.shards.find((candidate) => candidate.index === index);
  return shard === undefined || shard.endedAtMs !== undefined;
}

/** Resolves when something was appended or the shard was closed, or the signal is aborted; disposing ends the wait. */
function nextChange({ changes, directory }: ReadingParts, { arn }: Stream, { index }: Shard, signal: AbortSignal) {
  let wake = () => {};
  const happened = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const appended = changes.onAppend(arn, index, wake);
  const closed = directory.onChange(arn, wake);
  signal.addEventListener('abort', wake, { once: true });
  return {
    happened,
    [Symbol.dispose]: () => {
      appended[Symbol.dispose]();
      closed[Symbol.dispose]();
      signal.removeEventListener('abort', wake);
    },
  };
}
