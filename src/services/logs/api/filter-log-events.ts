import type { FilterLogEventsRequest, FilterLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogStream } from '../../../core/ports/log-store.ts';
import { invalidParameter, invalidToken, streamNotFound } from '../errors.ts';
import { eventIdOf, placeOfId } from '../events/event-id.ts';
import { readStreams, type StreamedEvent } from '../events/reading.ts';
import { checkedFilter } from '../filter/checked-filter.ts';
import type { MessageFilter } from '../filter/message-filter.ts';
import { EVENT_OVERHEAD_BYTES } from '../group/group-output.ts';
import { horizonMs, storeKey } from '../group/log-group.ts';
import type { LogsService } from '../service.ts';

const MAX_EVENTS = 10_000;
const MAX_BYTES = 2 ** 20;
/** A page ends after looking at so much, also when hardly anything was found. */
const MAX_SEEN = 50_000;

/** A page of a group's events that a pattern finds, from all of its streams or some. */
export const filterLogEvents: Operation<LogsService, FilterLogEventsRequest, FilterLogEventsResponse> = async (
  { groups, logs, clock },
  input,
  context,
) => {
  const { startTime = 0, endTime, startFromHead = true, limit = MAX_EVENTS, nextToken } = input;
  if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined) {
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
  }
  const group = await groups.of(input, context);
  const filter = checkedFilter(input.filterPattern ?? '', 'Invalid filter pattern: ');
  const after = nextToken === undefined ? undefined : placeOfToken(nextToken);
  const streams = chosen(await logs.streams(storeKey(group), input.logStreamNamePrefix), input.logStreamNames);
  const fromMs = Math.max(startTime, horizonMs(group, clock.nowMs()));
  // Other than of GetLogEvents, the end is among what is asked for.
  const range = { fromMs, toMs: endTime === undefined ? undefined : endTime + 1, after, reverse: !startFromHead };
  const { events, last } = await search(readStreams(logs, storeKey(group), streams, range), filter, limit);
  return {
    events: events.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.timestampMs,
      message: event.message,
      ingestionTime: event.arrivedAtMs,
      eventId: eventIdOf(event),
    })),
    // Empty since 2020: all were searched.
    searchedLogStreams: [],
    ...(last && { nextToken: writeToken(last) }),
  };
};

function chosen(streams: readonly LogStream[], names: readonly string[] | undefined): readonly LogStream[] {
  if (names === undefined) return streams;
  const wanted = new Set(names);
  const found = streams.filter(({ name }) => wanted.has(name));
  if (found.length < wanted.size) throw streamNotFound();
  return found;
}

/** `last`: where the next page goes on, where there is any more. */
async function search(all: AsyncIterable<StreamedEvent>, filter: MessageFilter, limit: number) {
  const events: StreamedEvent[] = [];
  let [seen, bytes] = [0, 0];
  let last: StreamedEvent | undefined;
  for await (const event of all) {
    if (events.length >= limit || seen >= MAX_SEEN || bytes >= MAX_BYTES) return { events, last };
    seen += 1;
    last = event;
    if (!filter.match(event.message)) continue;
    events.push(event);
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
  }
  return { events };
}

const TOKEN = 'filter ';

const writeToken = (last: StreamedEvent) => Buffer.from(TOKEN + eventIdOf(last)).toString('base64');

function placeOfToken(token: string) {
  const text = Buffer.from(token, 'base64').toString();
  const place = text.startsWith(TOKEN) ? placeOfId(text.slice(TOKEN.length)) : undefined;
  if (!place) throw invalidToken();
  return place;
}
