import type { InputLogEvent, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import { DAY, HOUR } from '../../../core/clock.ts';
import type { NewLogEvent } from '../../../core/ports/log-store.ts';
import { invalidParameter } from '../errors.ts';
import { EVENT_OVERHEAD_BYTES } from '../group/group-output.ts';
import { horizonMs, type LogGroup } from '../group/log-group.ts';

// The bounds of docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogEvents.html
const MAX_BATCH_BYTES = 1_048_576;
const MAX_SPAN_MS = 24 * HOUR;
const MAX_AGE_MS = 14 * DAY;
const MAX_LEAD_MS = 2 * HOUR;

/** What of a request is taken, and what is not. */
export interface CheckedEvents {
  readonly events: readonly NewLogEvent[];
  readonly rejected?: RejectedLogEventsInfo | undefined;
}

/** Refuses a request that is out of order or too large; leaves out the events that are too old or too new. */
export function checkEvents(group: LogGroup, input: readonly InputLogEvent[], nowMs: number): CheckedEvents {
  const events = input.map(({ timestamp = 0, message = '' }) => ({ timestampMs: timestamp, message }));
  checkBatch(events);
  const tooOld = countWhile(events, nowMs - MAX_AGE_MS);
  const expired = countWhile(events, horizonMs(group, nowMs));
  const tooNew = events.findIndex(({ timestampMs }) => timestampMs > nowMs + MAX_LEAD_MS);
  const taken = events.slice(Math.max(tooOld, expired), tooNew < 0 ? undefined : tooNew);
  if (taken.length === events.length) return { events };
  return {
    events: taken,
    rejected: {
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      // Behind the last one, as AWS says of both.
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    },
  };
}

/** Whether CloudWatch Logs takes events of that instant. */
export const isTimely = (timestampMs: number, nowMs: number): boolean =>
  timestampMs >= nowMs - MAX_AGE_MS && timestampMs <= nowMs + MAX_LEAD_MS;

function checkBatch(events: readonly NewLogEvent[]): void {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
  if (bytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  if (events.some(({ timestampMs }, index) => timestampMs < (events[index - 1]?.timestampMs ?? 0))) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  const spanMs = (events.at(-1)?.timestampMs ?? 0) - (events[0]?.timestampMs ?? 0);
  if (spanMs > MAX_SPAN_MS) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

/** How many at the beginning are before that instant. */
function countWhile(events: readonly NewLogEvent[], beforeMs: number): number {
  const index = events.findIndex(({ timestampMs }) => timestampMs >= beforeMs);
  return index < 0 ? events.length : index;
}
