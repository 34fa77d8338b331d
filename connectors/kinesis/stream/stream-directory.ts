import type { Arn, Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { EventLog } from '../../../src/core/ports/event-log.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { createListeners } from '../../../src/core/waiting/listeners.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { inUse, invalidArgument, streamNotFound } from '../errors.ts';
import { isClosing, type Shard } from '../shards/shard.ts';
import { checkAccount } from './account-access.ts';
import { STREAMS, type Stream, statusOf, streamKey, streamOfArn } from './stream.ts';

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
  /** Forgets the stream's records, and the stream unless `keep` says what is left to be seen for a while. */
  remove(stream: Stream, keep?: Stream): Promise<void>;
  /** Puts the log back in step: a process that was killed between both writes left them apart. */
  restore(): Promise<void>;
  /** Forgets all streams. */
  clear(): Promise<void>;
  /** Calls `changed` after anything about the stream changed. Disposing ends it. */
  onChange(arn: Arn, changed: () => void): Disposable;
}

/** The directory over a registry and a log, which it keeps in step. */
export function createStreamDirectory(options: {
  readonly registry: Registry;
  readonly log: EventLog;
  readonly clock: Clock;
}): StreamDirectory {
  const { registry, log, clock } = options;
  const listeners = createListeners<Arn>();
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
      if (changed.nextShardIndex > current.nextShardIndex) await log.grow(stream.arn, changed.nextShardIndex);
      try {
        const kept = registry.put(key, changed, entry.version);
        listeners.tell(stream.arn);
        await kept;
        return changed;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    }
  };

  const stored = async (scope?: Scope) => {
    const prefix = scope ? `${STREAMS}${scope.account}/${scope.region}/` : STREAMS;
    return (await registry.list<Stream>(prefix)).map(({ value }) => value);
  };
  /** Asked of the log only once the shard is known to all to be closing: who appends later looks again, and moves on. */
  const endsOf = async ({ arn, shards }: Stream): Promise<ReadonlyMap<number, number>> =>
    new Map(
      await Promise.all(
        shards
          .filter(isClosing)
          .map(async ({ index }): Promise<[number, number]> => [index, (await log.bounds(arn, index)).next]),
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

  // Streams come and go one after another, so that registry and log agree on which of one name is there.
  const inTurn = oneAtATime();
  const create = async (stream: Stream) => {
    const { name, account, arn } = stream;
    if (await find(stream, name)) throw inUse(`Stream ${name} under account ${account} already exists.`);
    // What an interrupted deletion left behind must not come back.
    await log.drop(arn);
    await log.create(arn, stream.nextShardIndex);
    await registry.put(streamKey(stream, name), stream);
    listeners.tell(arn);
  };
  const remove = async (stream: Stream, keep?: Stream) => {
    const key = streamKey(stream, stream.name);
    if (keep) await registry.put(key, keep);
    else await registry.remove(key);
    listeners.tell(stream.arn);
    await log.drop(stream.arn);
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
    create: (stream) => inTurn(() => create(stream)),
    settleClosed,
    remove: (stream, keep) => inTurn(() => remove(stream, keep)),
    restore: () =>
      inTurn(async () => {
        for (const stream of await stored()) {
          if (!present(stream)) await remove(stream);
          else if (statusOf(stream, clock.nowMs()) !== 'DELETING') await log.create(stream.arn, stream.nextShardIndex);
          if (stream.shards.some(isClosing)) await settleClosed(stream);
        }
      }),
    clear: () =>
      inTurn(async () => {
        for (const stream of await stored()) await remove(stream);
      }),
    onChange: listeners.add,
  };
}
