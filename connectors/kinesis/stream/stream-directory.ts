import type { Arn, Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { EventLog } from '../../../src/core/ports/event-log.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { inUse, invalidArgument, streamNotFound } from '../errors.ts';
import { isClosing, type Shard } from '../shards/shard.ts';
import { checkAccount } from './account-access.ts';
import { logOf, STREAMS, type Stream, statusOf, streamKey, streamOfArn } from './stream.ts';

/** How a request names its stream. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** All streams: their configuration and shards in the registry, their records in the log. */
export interface StreamDirectory {
  find(scope: Scope, name: string): Promise<Stream | undefined>;
  /** By the ARN of the stream or of one of its consumers. */
  findArn(arn: string): Promise<Stream | undefined>;
  /**
   * The stream of a request; refuses when there is none. A caller of another account needs the stream's policy to grant it
   * `action`, without which only its own account is let in.
   */
  of(reference: StreamReference, context: RequestContext, action?: string): Promise<Stream>;
  /** The streams of one account and region by name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Stream[]>;
  /** Refuses when there is one of that name. */
  create(stream: Stream): Promise<void>;
  /** Sees to it that the stream has a log: whoever was about to make it may have been killed. */
  mend(stream: Stream): Promise<void>;
  /**
   * Stores what `change` makes of the stream, with the log's partitions for new shards. Where another change comes between,
   * `change` is asked again about what that one left; it must not do anything else. Refuses when the stream is gone.
   */
  change(stream: Stream, change: (current: Stream) => Stream): Promise<Stream>;
  /**
   * Sets where shards that are being closed end. Whoever meets one does it: a record that was appended behind the end was
   * not yet acknowledged, and its writer takes it to a child.
   */
  settleClosed(stream: Stream): Promise<Stream>;
  /** Forgets the stream's records at once, and the stream itself once its time is over. */
  remove(stream: Stream, untilMs?: number): Promise<void>;
  /** Ends what a process that was killed had begun. */
  restore(): Promise<void>;
  /** Forgets all streams. */
  clear(): Promise<void>;
  /** Calls `changed` after anything about the stream changed, by whichever process. Disposing ends it. */
  onChange(arn: Arn, changed: () => void): Disposable;
}

/** Another process may have deleted it meanwhile. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ServiceError && error.code === 'ResourceNotFoundException')) throw error;
}

/** The directory over a registry and a log, which it keeps in step. */
export function createStreamDirectory(options: {
  readonly registry: Registry;
  readonly log: EventLog;
  readonly clock: Clock;
}): StreamDirectory {
  const { registry, log, clock } = options;
  const present = (stream: Stream | undefined) =>
    stream && statusOf(stream, clock.nowMs()) === undefined ? undefined : stream;
  const find = async (scope: Scope, name: string) =>
    present((await registry.get<Stream>(streamKey(scope, name)))?.value);
  const findArn = async (arn: string) => {
    const named = streamOfArn(arn);
    return named && (await find(named, named.name));
  };

  const change: StreamDirectory['change'] = async (stream, decide) => {
    const key = streamKey(stream, stream.name);
    for (;;) {
      const entry = await registry.get<Stream>(key);
      const current = present(entry?.value);
      if (!entry || current?.id !== stream.id) throw streamNotFound(stream);
      const changed = decide(current);
      if (changed === current) return current;
      if (changed.nextShardIndex > current.nextShardIndex) await log.grow(logOf(stream), changed.nextShardIndex);
      try {
        await registry.put(key, changed, entry.version);
        return changed;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    }
  };

  const stored = async (scope?: Scope) => {
    const prefix = scope ? `${STREAMS}${scope.account}/${scope.region}/` : STREAMS;
    return await valuesUnder<Stream>(registry, prefix);
  };
  /** Asked of the log only once the shard is known to all to be closing: who appends later looks again, and moves on. */
  const endsOf = async (stream: Stream): Promise<ReadonlyMap<number, number>> =>
    new Map(
      await Promise.all(
        stream.shards
          .filter(isClosing)
          .map(async ({ index }): Promise<[number, number]> => [index, (await log.bounds(logOf(stream), index)).next]),
      ),
    );
  const settleClosed = async (stream: Stream) => {
    const ends = await endsOf((await findArn(stream.arn)) ?? stream);
    const closed = (shard: Shard): Shard => {
      const endOffset = isClosing(shard) ? ends.get(shard.index) : undefined;
      return endOffset === undefined ? shard : { ...shard, endOffset };
    };
    return await change(stream, (current) =>
      current.shards.some(isClosing) ? { ...current, shards: current.shards.map(closed) } : current,
    );
  };

  const create = async (stream: Stream) => {
    const key = streamKey(stream, stream.name);
    const before = await registry.get<Stream>(key);
    const exists = inUse(`Stream ${stream.name} under account ${stream.account} already exists.`);
    if (present(before?.value)) throw exists;
    const version = await registry.put(key, stream, before?.version ?? 0).catch((error) => {
      throw isVersionConflict(error) ? exists : error;
    });
    try {
      await log.create(logOf(stream), stream.nextShardIndex);
      // What an interrupted deletion left behind.
      if (before) await log.drop(logOf(before.value));
    } catch (error) {
      await registry.remove(key, version).catch(() => {});
      throw error;
    }
  };
  const mend = async (stream: Stream) => {
    await log.create(logOf(stream), stream.nextShardIndex);
    if ((await findArn(stream.arn))?.id !== stream.id) await log.drop(logOf(stream));
  };
  /** Marked first, so that whoever meets what an interrupted deletion left behind can finish it. */
  const remove = async (stream: Stream, untilMs = clock.nowMs()) => {
    const key = streamKey(stream, stream.name);
    for (;;) {
      const entry = await registry.get<Stream>(key);
      if (entry?.value.id !== stream.id) return;
      const gone: Stream = { ...stream, shards: [], consumers: [], passing: { status: 'DELETING', untilMs } };
      try {
        const version = await registry.put(key, gone, entry.version);
        await log.drop(logOf(stream));
        if (!present(gone)) await registry.remove(key, version);
        return;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    }
  };

  return {
    find,
    findArn,
    list: async (scope) => (await stored(scope)).filter((stream) => present(stream) !== undefined),
    change,
    async of({ StreamName, StreamARN }, context, action) {
      if (StreamARN === undefined) {
        if (StreamName === undefined) throw invalidArgument('Either StreamName or StreamARN must be specified.');
        const found = await find(context, StreamName);
        if (found) return found;
        throw streamNotFound({ name: StreamName, account: context.account });
      }
      const named = streamOfArn(StreamARN);
      if (!named || (StreamName !== undefined && StreamName !== named.name)) {
        throw invalidArgument(`StreamARN ${StreamARN} does not name the stream ${StreamName ?? ''}`.trimEnd());
      }
      const found = await find(named, named.name);
      if (!found) throw streamNotFound(named);
      checkAccount(found, context, action);
      return found;
    },
    create,
    mend,
    settleClosed,
    remove,
    async restore() {
      for (const stream of await stored()) {
        if (!present(stream)) await remove(stream);
        else if (statusOf(stream, clock.nowMs()) !== 'DELETING') await mend(stream);
        if (stream.shards.some(isClosing)) await settleClosed(stream).catch(unlessGone);
      }
    },
    async clear() {
      for (const stream of await stored()) await remove(stream);
    },
    onChange(arn, changed) {
      const named = streamOfArn(arn);
      const wanted = named && streamKey(named, named.name);
      return registry.watch(wanted ?? arn, (key) => {
        if (key === undefined || key === wanted) changed();
      });
    },
  };
}
