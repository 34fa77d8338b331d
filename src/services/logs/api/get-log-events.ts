import type { GetLogEventsRequest, GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogPlace } from '../../../core/ports/log-store.ts';
import { streamNotFound } from '../errors.ts';
import { type PageToken, readPageToken, writePageToken } from '../events/page-token.ts';
import { readStream, type StreamedEvent } from '../events/reading.ts';
import { EVENT_OVERHEAD_BYTES } from '../group/group-output.ts';
import { horizonMs, storeKey } from '../group/log-group.ts';
import type { LogsService } from '../service.ts';

const MAX_EVENTS = 10_000;
const MAX_BYTES = 2 ** 20;

/** A page of a stream, the newest one unless asked otherwise; always from old to new. */
export const getLogEvents: Operation<LogsService, GetLogEventsRequest, GetLogEventsResponse> = async (
  { groups, logs, clock },
  input,
  context,
) => {
  const { logStreamName = '', startTime = 0, endTime, startFromHead = false, limit = MAX_EVENTS } = input;
  const token = input.nextToken === undefined ? undefined : readPageToken(input.nextToken);
  const group = await groups.of(input, context);
  if (!(await logs.stream(storeKey(group), logStreamName))) throw streamNotFound();
  const reverse = token ? token.direction === 'b' : !startFromHead;
  const fromMs = Math.max(startTime, horizonMs(group, clock.nowMs()));
  const range = { fromMs, toMs: endTime, after: token?.after, reverse };
  const page = await pageOf(readStream(logs, storeKey(group), logStreamName, range), limit);
  const events = reverse ? page.reverse() : page;
  return {
    events: events.map(({ timestampMs, message, arrivedAtMs }) => ({
      timestamp: timestampMs,
      message,
      ingestionTime: arrivedAtMs,
    })),
    ...tokensAround(events, token),
  };
};

async function pageOf(events: AsyncIterable<StreamedEvent>, limit: number): Promise<StreamedEvent[]> {
  const page: StreamedEvent[] = [];
  let bytes = 0;
  for await (const event of events) {
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (page.length > 0 && bytes > MAX_BYTES) break;
    page.push(event);
    if (page.length >= limit) break;
  }
  return page;
}

const BEGINNING: LogPlace = { timestampMs: 0, sequence: 0 };

/** At an end the same token comes again, by which clients know that it is one. */
function tokensAround(events: readonly StreamedEvent[], token: PageToken | undefined) {
  const first = events[0] ?? token?.after ?? BEGINNING;
  const last = events.at(-1) ?? token?.after ?? BEGINNING;
  return {
    nextForwardToken: writePageToken({ direction: 'f', after: last }),
    nextBackwardToken: writePageToken({ direction: 'b', after: first }),
  };
}
