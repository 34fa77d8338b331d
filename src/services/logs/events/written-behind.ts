import type { Activity } from '../../../core/activity.ts';
import type { Scope } from '../../../core/arn.ts';
import { type Clock, realClock, SECOND } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { FunctionLogs } from '../../../core/function-logs.ts';
import type { Journal } from '../../../core/journal.ts';
import type { LogStore, NewLogEvent } from '../../../core/ports/log-store.ts';
import { untilDone } from '../../../core/waiting/until-done.ts';
import type { GroupDirectory } from '../group/group-directory.ts';
import { storeKey } from '../group/log-group.ts';
import type { Ingestion, Owing } from './ingestion.ts';

/**
 * What functions log: held for a moment and stored together, so that no invocation waits for it or pays a commit of its
 * own. It is stored at once when somebody reads logs here, or waits until nothing goes on.
 */
export interface WrittenBehind extends FunctionLogs {
  /** Resolves once what was written before is stored. */
  flush(): Promise<void>;
  /** Forgets what is held. */
  clear(): void;
  /** Stores what is held; what is written later is lost. */
  close(): Promise<void>;
}

/** How long it is held, in real time. */
const HELD_MS = 100;
/** So much is stored at once, and more than that beyond it is not held while the store is away. */
const STORE_AT_BYTES = 2 ** 20;
const MAX_BYTES = 32 * 2 ** 20;
const EVENTS_AN_APPEND = 5_000;
/** How long a store that is away is waited for at the end, in real time. */
const CLOSING_MS = SECOND;

/** What is to be appended to a stream. */
interface Held {
  readonly scope: Scope;
  readonly group: string;
  readonly stream: string;
  readonly events: NewLogEvent[];
}

interface Parts {
  readonly groups: GroupDirectory;
  readonly logs: LogStore;
  readonly ingestion: Ingestion;
  readonly clock: Clock;
}

/** Logs of functions, by way of ingestion. */
export function createWrittenBehind(
  options: Parts & { readonly activity: Activity; readonly journal: Journal },
): WrittenBehind {
  const { clock, activity, journal } = options;
  const closing = new AbortController();
  let held = new Map<string, Held>();
  let heldBytes = 0;
  let isFull = false;
  let timer: Disposable | undefined;
  let storing: Promise<void> | undefined;
  let storingNext: Promise<void> | undefined;

  const take = () => {
    const taken = [...held.values()];
    held = new Map();
    heldBytes = 0;
    isFull = false;
    timer?.[Symbol.dispose]();
    timer = undefined;
    return taken;
  };
  const storeHeld = async () => {
    for (const each of take()) {
      await store(options, each, closing.signal).catch((error: Error) => {
        journal.append({ kind: 'fault', what: `Logs of ${each.group} are lost: ${error.message}` });
      });
    }
  };
  const begin = (): Promise<void> => {
    storingNext = undefined;
    storing = activity.during('storing logs of functions', storeHeld).finally(() => {
      storing = undefined;
    });
    return storing;
  };
  /** What is written while something is stored waits for the next round, so that nobody waits for what comes later. */
  const flush = (): Promise<void> => {
    if (held.size === 0) return storing ?? Promise.resolve();
    if (!storing && !storingNext) return begin();
    storingNext ??= storing?.then(begin);
    return storingNext ?? Promise.resolve();
  };
  const flushLater = () => {
    timer ??= realClock.setTimer(HELD_MS, () => void flush());
  };
  // Whoever asks waits until nothing is due: so it is done now.
  const probe = activity.probe(() => {
    if (held.size > 0) void flush();
    return { dueNow: held.size > 0 ? 1 : 0 };
  });
  const hasRoom = (bytes: number) => {
    if (heldBytes + bytes <= MAX_BYTES) return true;
    if (!isFull)
      journal.append({ kind: 'fault', what: `Logs of functions are lost: more than ${MAX_BYTES} bytes wait` });
    isFull = true;
    return false;
  };

  return {
    flush,
    write(scope, group, stream, text) {
      if (closing.signal.aborted || text === '' || !hasRoom(text.length)) return;
      const event = { timestampMs: clock.nowMs(), message: text };
      const key = `${scope.account}/${scope.region}/${group}\n${stream}`;
      const others = held.get(key);
      if (others) others.events.push(event);
      else held.set(key, { scope, group, stream, events: [event] });
      heldBytes += text.length;
      if (heldBytes >= STORE_AT_BYTES) void flush();
      else flushLater();
    },
    clear: () => void take(),
    async close() {
      using _deadline = realClock.setTimer(CLOSING_MS, () => closing.abort());
      await flush();
      closing.abort();
      probe[Symbol.dispose]();
    },
  };
}

/** Stores a stream's events, each once, however often the store or what is owed of them has to be waited for. */
async function store(options: Parts, { events, ...where }: Held, signal: AbortSignal): Promise<void> {
  for (let from = 0; from < events.length; from += EVENTS_AN_APPEND) {
    const some = events.slice(from, from + EVENTS_AN_APPEND);
    const owe = await untilDone(() => storeSome(options, where, some), signal);
    if (owe) await untilDone(owe, signal);
  }
}

/** In a group and a stream that are made where there are none. */
async function storeSome(
  { groups, logs, ingestion, clock }: Parts,
  { scope, group: name, stream }: Omit<Held, 'events'>,
  events: readonly NewLogEvent[],
): Promise<Owing> {
  for (;;) {
    const group = await groups.findOrCreate(scope, name, clock.nowMs());
    try {
      return await ingestion.take(group, stream, events);
    } catch (error) {
      if (!(error instanceof HeadwaterError && error.code === 'LOG_MISSING')) throw error;
      await logs.create(storeKey(group), stream, events[0]?.timestampMs ?? clock.nowMs());
    }
  }
}
