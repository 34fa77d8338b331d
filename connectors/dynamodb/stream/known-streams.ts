import type { Activity } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import type { Registry, Versioned } from '../../../src/core/ports/registry.ts';
import { createListeners } from '../../../src/core/waiting/listeners.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { DYNAMODB } from '../table/table.ts';
import { type Stream, streamKeyOf } from './stream.ts';

/** The streams as this process knows them: all changes of its own, and those of others as they are told of. */
export interface KnownStreams extends Disposable {
  /** Resolves once all are known that were there at the start. */
  readonly loaded: Promise<unknown>;
  peek(arn: Arn): Stream | undefined;
  all(): readonly Stream[];
  /** The stream as it is stored now; from then on it is known so. */
  look(key: string): Promise<Stream | undefined>;
  /** Calls `changed` after what is known of the stream is another. Disposing ends it. */
  onChange(arn: Arn, changed: () => void): Disposable;
}

const STREAM_KEY = /^[^/]+\/[^/]+\/[^/]+\/stream\//;

/** Whether it is the key of a stream, not of a table. */
export const isStreamKey = (key: string): boolean => STREAM_KEY.test(key);

/** Knows streams by watching the registry. */
export function createKnownStreams({
  registry,
  activity,
  signal,
}: {
  readonly registry: Registry;
  readonly activity: Activity;
  readonly signal: AbortSignal;
}): KnownStreams {
  const known = new Map<string, Versioned<Stream>>();
  const listeners = createListeners<string>();

  /** Answers may come in another order than they were asked for. A stream that is gone does not come again. */
  const learn = (key: string, found: Versioned<Stream> | undefined, asked: Versioned<Stream> | undefined) => {
    const before = known.get(key);
    if (found === undefined) known.delete(key);
    else if (before ? before.version < found.version : asked === undefined) known.set(key, found);
    if (known.get(key) !== before) listeners.tell(key);
  };
  const look = async (key: string) => {
    const asked = known.get(key);
    const found = await registry.get<Stream>(key);
    learn(key, found, asked);
    return found?.value;
  };
  const lookAtAll = async () => {
    const stored = (await registry.list(DYNAMODB)).filter(({ key }) => isStreamKey(key));
    for (const key of new Set([...known.keys(), ...stored.map((entry) => entry.key)])) await look(key);
  };
  const watched = registry.watch(DYNAMODB, (key) => {
    if (key !== undefined && !isStreamKey(key)) return;
    const follow = async () => await (key === undefined ? lookAtAll() : look(key));
    activity.start('following streams', () => untilDone(follow, signal));
  });

  return {
    loaded: activity.during('loading streams', () => untilDone(lookAtAll, signal)),
    peek: (arn) => known.get(streamKeyOf(arn) ?? '')?.value,
    all: () => Array.from(known.values(), ({ value }) => value),
    look,
    onChange: (arn, changed) => listeners.add(streamKeyOf(arn) ?? '', changed),
    [Symbol.dispose]: () => watched[Symbol.dispose](),
  };
}
