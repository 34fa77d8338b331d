import { gzipSync } from 'node:zlib';
import type { LogEvent } from '../../../core/ports/log-store.ts';
import { eventIdOf } from '../events/event-id.ts';
import type { LogGroup } from '../group/log-group.ts';

/** An event that matched, with what was taken out of it. */
export interface MatchedEvent {
  readonly event: LogEvent;
  readonly extracted: Readonly<Record<string, string>>;
}

/** Events in gzip. */
export interface Envelope {
  readonly bytes: Uint8Array;
  /** How many events are in it. */
  readonly events: number;
}

/** Under what Lambda takes of an asynchronous invocation and Kinesis of a record, once it is base64 in JSON. */
const MAX_BYTES = 700_000;

/**
 * The events as subscribers get them, in gzip: as many envelopes as it takes.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
 */
export function envelopesOf(
  group: LogGroup,
  logStream: string,
  filterName: string,
  events: readonly MatchedEvent[],
): readonly Envelope[] {
  const bytes = gzipSync(
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: group.account,
      logGroup: group.name,
      logStream,
      subscriptionFilters: [filterName],
      logEvents: events.map(logEvent),
    }),
  );
  if (bytes.length <= MAX_BYTES || events.length < 2) return [{ bytes, events: events.length }];
  const half = events.length >>> 1;
  const parts = [events.slice(0, half), events.slice(half)];
  return parts.flatMap((part) => envelopesOf(group, logStream, filterName, part));
}

const logEvent = ({ event, extracted }: MatchedEvent) => ({
  id: eventIdOf(event),
  timestamp: event.timestampMs,
  message: event.message,
  ...(Object.keys(extracted).length > 0 && { extractedFields: extracted }),
});

/** What a stream gets when a subscription is made, to see whether it can be reached. */
export const controlMessage = (nowMs: number): Uint8Array =>
  gzipSync(
    JSON.stringify({
      messageType: 'CONTROL_MESSAGE',
      owner: 'CloudwatchLogs',
      logGroup: '',
      logStream: '',
      subscriptionFilters: [],
      logEvents: [
        { id: '', timestamp: nowMs, message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.' },
      ],
    }),
  );

/** What a function gets of an envelope. */
export const functionPayload = (envelope: Uint8Array): Uint8Array =>
  Buffer.from(JSON.stringify({ awslogs: { data: Buffer.from(envelope).toString('base64') } }));
