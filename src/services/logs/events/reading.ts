import {
  comparePlaces,
  type LogEvent,
  type LogPlace,
  type LogQuery,
  type LogStore,
  type LogStream,
} from '../../../core/ports/log-store.ts';

/** An event with the stream that it is in. */
export interface StreamedEvent extends LogEvent {
  readonly stream: string;
}

/** Which events of which streams. */
export type EventRange = Omit<LogQuery, 'limit'>;

/** Messages may have a megabyte each. */
const EVENTS_A_READ = 200;

/** The events of one stream, read as they are asked for. */
export async function* readStream(
  logs: LogStore,
  group: string,
  stream: string,
  range: EventRange,
): AsyncGenerator<StreamedEvent> {
  let after: LogPlace | undefined = range.after;
  for (;;) {
    const events = await logs.read(group, stream, { ...range, after, limit: EVENTS_A_READ });
    for (const event of events) yield { ...event, stream };
    after = events.at(-1);
    if (events.length < EVENTS_A_READ) return;
  }
}

interface Cursor {
  readonly head: StreamedEvent;
  readonly rest: AsyncGenerator<StreamedEvent>;
}

/**
 * The events of several streams in one order. A stream is opened only when the others have come to where it begins: most
 * streams of a function's group lie behind one another.
 */
export async function* readStreams(
  logs: LogStore,
  group: string,
  streams: readonly LogStream[],
  range: EventRange,
): AsyncGenerator<StreamedEvent> {
  const direction = range.reverse ? -1 : 1;
  const compare = (a: LogPlace, b: LogPlace) => direction * comparePlaces(a, b);
  const waiting = inOrderOfBeginning(streams, range);
  const open: Cursor[] = [];
  const add = async (rest: AsyncGenerator<StreamedEvent>) => {
    const { value: head } = await rest.next();
    if (!head) return;
    const at = open.findIndex((cursor) => compare(cursor.head, head) > 0);
    open.splice(at < 0 ? open.length : at, 0, { head, rest });
  };
  for (;;) {
    const [first] = open;
    const next = waiting[0];
    if (next && (!first || direction * (next.beginsMs - first.head.timestampMs) <= 0)) {
      waiting.shift();
      await add(readStream(logs, group, next.name, range));
      continue;
    }
    if (!first) return;
    open.shift();
    yield first.head;
    await add(first.rest);
  }
}

/** Those in which anything of the range can be. */
function inOrderOfBeginning(streams: readonly LogStream[], { fromMs = 0, toMs, after, reverse }: EventRange) {
  const beginMs = !reverse && after ? Math.max(fromMs, after.timestampMs) : fromMs;
  const endMs = Math.min(
    toMs ?? Number.POSITIVE_INFINITY,
    reverse && after ? after.timestampMs + 1 : Number.POSITIVE_INFINITY,
  );
  return streams
    .flatMap(({ name, firstMs, lastMs }) => {
      if (firstMs === undefined || lastMs === undefined || lastMs < beginMs || firstMs >= endMs) return [];
      return [{ name, beginsMs: reverse ? lastMs : firstMs }];
    })
    .sort((a, b) => (reverse ? b.beginsMs - a.beginsMs : a.beginsMs - b.beginsMs));
}
