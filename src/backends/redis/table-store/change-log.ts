import type { Arn } from '../../../core/arn.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { LogBounds } from '../../../core/ports/event-log.ts';
import type { ChangeLog } from '../../../core/ports/table-store.ts';
import { untilDone } from '../../../core/waiting/until-done.ts';
import type { RedisLink } from '../link.ts';
import { changeOfEntry, type StreamedEntry } from './change-text.ts';
import { createKnownBounds } from './known-bounds.ts';
import * as scripts from './scripts/changes.ts';

/** The streams' logs, and how commits tell of what they appended. */
export interface OpenChangeLog extends AsyncDisposable {
  readonly changes: ChangeLog;
  /** What its scripts work on. */
  readonly key: string;
  /** Takes in what a commit appended, as it is published. */
  readonly learn: (news: string) => void;
}

const NOTHING: LogBounds = { first: 0, next: 0 };
/** What one script removes: it must not hold up others. */
const REMOVALS_A_SCRIPT = 5_000;

/** Opens the logs and hears from now on of what any process appends. */
export async function openChangeLog(link: RedisLink): Promise<OpenChangeLog> {
  const known = createKnownBounds();
  const key = `${link.prefix}changes`;
  const keys = [key];
  const closing = new AbortController();

  const missing = (log: Arn) => {
    known.forget(log);
    return new HeadwaterError('LOG_MISSING', `There is no log ${log}`);
  };
  const bounds = async (log: Arn, partition: number) => {
    const news = await link.run<string | null>(scripts.BOUNDS, keys, [log, partition]);
    if (news === null) known.forget(log);
    else known.learn(news);
    return changes.known(log, partition);
  };
  /** Learns what came meanwhile to who listens. */
  const catchUp = async (log: Arn, partition: number) => {
    await untilDone(() => bounds(log, partition), closing.signal);
  };
  const heard = await link.subscribe('changes', known.learn);
  const returned = link.onReturn(() => {
    for (const [log, partition] of known.listened()) void catchUp(log, partition);
  });

  const changes: ChangeLog = {
    async read(log, partition, fromOffset, { maxRecords, maxBytes }) {
      const limits = [maxRecords, maxBytes];
      const found = await link.run<readonly [Buffer, ...StreamedEntry[]] | null>(scripts.READ_CHANGES, keys, [
        ...[log, partition, fromOffset],
        ...limits,
      ]);
      if (found === null) return [];
      const [news, ...entries] = found;
      known.learn(String(news));
      return entries.map(changeOfEntry);
    },
    offsetAt: async (log, partition, timestampMs) =>
      (await link.run<number | null>(scripts.OFFSET_AT, keys, [log, partition, timestampMs])) ?? 0,
    bounds,
    known(log, partition) {
      const { first, next } = known.of(log, partition) ?? NOTHING;
      return { first, next };
    },
    newestAtMs: (log, partition) => known.of(log, partition)?.newestAtMs,
    onAppend(log, partition, wake) {
      const listening = known.onAppend(log, partition, wake);
      if (known.of(log, partition) === undefined) void catchUp(log, partition);
      return listening;
    },
    create: (stream) => link.run(scripts.CREATE_LOG, keys, [stream]),
    partitions: async (stream) => (await link.run<number | null>(scripts.PARTITIONS, keys, [stream])) ?? 0,
    async grow(stream, partitions) {
      if ((await link.run(scripts.GROW, keys, [stream, partitions])) === null) throw missing(stream);
    },
    async drop(stream) {
      known.forget(stream);
      await link.run(scripts.DROP_LOG, keys, [stream]);
      known.forget(stream);
    },
    async trimBefore(stream, partition, offset) {
      for (let more = 1; more === 1; ) {
        const args = [stream, partition, offset, REMOVALS_A_SCRIPT];
        const trimmed = await link.run<readonly [string, number] | null>(scripts.TRIM, keys, args);
        if (trimmed === null) return known.forget(stream);
        known.learn(trimmed[0]);
        more = trimmed[1];
      }
    },
  };
  return {
    changes,
    key,
    learn: known.learn,
    async [Symbol.asyncDispose]() {
      closing.abort();
      heard[Symbol.dispose]();
      returned[Symbol.dispose]();
    },
  };
}
