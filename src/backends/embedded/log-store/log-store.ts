import { HeadwaterError } from '../../../core/errors.ts';
import type { LogEvent, LogStore, LogStream } from '../../../core/ports/log-store.ts';
import { oneAtATime } from '../../../core/waiting/one-at-a-time.ts';
import type { Store, Table } from '../store.ts';
import { heldEvents, type StoredLogEvent, type StreamEvents, storedEvents } from './stream-events.ts';

/** A stream as the table keeps it. */
interface StoredStream extends LogStream {
  readonly group: string;
  /** The greatest that was given before this was written. */
  readonly sequence: number;
}

interface OpenStream {
  readonly id: number;
  readonly events: StreamEvents;
  state: LogStream;
}

const REMOVALS_A_COMMIT = 5_000;

/** Log streams on the embedded store; what is known of streams is held in memory, their events only where nothing keeps them. */
export function openLogStore({ store }: { readonly store: Store }): LogStore {
  const streams: Table<StoredStream> = store.table('log-streams');
  const entries: Table<StoredLogEvent> = store.table('log-stream-events');
  const groups = new Map<string, Map<string, OpenStream>>();
  let nextId = 0;
  let sequence = 0;

  const open = (group: string, id: number, state: LogStream): OpenStream => {
    const events = store.keeps ? storedEvents(entries, id) : heldEvents();
    const opened = { id, events, state };
    const others = groups.get(group) ?? new Map<string, OpenStream>();
    groups.set(group, others.set(state.name, opened));
    return opened;
  };
  const find = (group: string, stream: string) => groups.get(group)?.get(stream);
  const write = (group: string, { id, state }: OpenStream) => streams.put(String(id), { ...state, group, sequence });
  const inTurn = oneAtATime();
  /** One after another: what is removed can be read until its commit. */
  const trim = (group: string, opened: OpenStream, beforeMs: number) =>
    inTurn(async () => {
      for (;;) {
        const { removed, stored } = opened.events.trimBefore(beforeMs, REMOVALS_A_COMMIT);
        const last = removed.at(-1);
        if (!last) return;
        opened.state = without(opened.state, removed, opened.events.read({ after: last, limit: 1 })[0], beforeMs);
        // In the commit of the removals: a process that ends behind them must not find what it has no more in its count.
        const isThere = find(group, opened.state.name) === opened;
        await Promise.all([stored, isThere && write(group, opened)]);
      }
    });
  const remove = async (group: string, opened: OpenStream) => {
    groups.get(group)?.delete(opened.state.name);
    if (groups.get(group)?.size === 0) groups.delete(group);
    // What was appended in this turn is found only once it is committed.
    await store.together(() => {});
    await trim(group, opened, Number.MAX_SAFE_INTEGER);
    await streams.remove(String(opened.id));
  };

  for (const [key, { group, sequence: given, ...state }] of streams.load()) {
    open(group, Number(key), state);
    nextId = Math.max(nextId, Number(key) + 1);
    sequence = Math.max(sequence, given);
  }

  return {
    driver: 'embedded',
    async create(group, name, createdAtMs) {
      if (find(group, name)) return false;
      const opened = open(group, nextId++, { name, createdAtMs, events: 0, bytes: 0 });
      await write(group, opened);
      return true;
    },
    async append(group, name, added, arrivedAtMs) {
      const opened = find(group, name);
      if (!opened) throw new HeadwaterError('LOG_MISSING', `There is no log stream ${name} in ${group}`);
      const events = added.map((event) => ({ ...event, arrivedAtMs, sequence: ++sequence }));
      const stored = opened.events.add(events);
      opened.state = withAdded(opened.state, events);
      await Promise.all([stored, write(group, opened)]);
      return events;
    },
    read: async (group, stream, query) => find(group, stream)?.events.read(query) ?? [],
    stream: async (group, stream) => find(group, stream)?.state,
    async streams(group, prefix = '') {
      const states = [...(groups.get(group)?.values() ?? [])].map(({ state }) => state);
      return states.filter(({ name }) => name.startsWith(prefix)).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async trimBefore(group, stream, timestampMs) {
      const opened = find(group, stream);
      if (opened) await trim(group, opened, timestampMs);
    },
    async remove(group, stream) {
      const opened = find(group, stream);
      if (opened) await remove(group, opened);
      return opened !== undefined;
    },
    async drop(group) {
      await Promise.all([...(groups.get(group)?.values() ?? [])].map((opened) => remove(group, opened)));
    },
    async [Symbol.asyncDispose]() {},
  };
}

function withAdded(state: LogStream, added: readonly LogEvent[]): LogStream {
  if (added.length === 0) return state;
  const times = added.map(({ timestampMs }) => timestampMs);
  return {
    ...state,
    firstMs: times.reduce((first, each) => Math.min(first, each), state.firstMs ?? Number.POSITIVE_INFINITY),
    lastMs: times.reduce((last, each) => Math.max(last, each), state.lastMs ?? 0),
    lastArrivedAtMs: added[0]?.arrivedAtMs,
    events: state.events + added.length,
    bytes: state.bytes + bytesOf(added),
  };
}

/** What is left once the oldest are gone. What is not committed yet is counted and cannot be found. */
function without(
  state: LogStream,
  removed: readonly LogEvent[],
  oldest: LogEvent | undefined,
  beforeMs: number,
): LogStream {
  const { firstMs: _first, lastMs, ...rest } = state;
  const events = state.events - removed.length;
  const firstMs = oldest?.timestampMs ?? Math.min(beforeMs, lastMs ?? beforeMs);
  return { ...rest, ...(events > 0 && { firstMs, lastMs }), events, bytes: state.bytes - bytesOf(removed) };
}

const bytesOf = (events: readonly LogEvent[]) =>
  events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0);
