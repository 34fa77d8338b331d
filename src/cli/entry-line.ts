import type { RecordedEntry } from '../core/journal.ts';

const KIND_WIDTH = 9;

/** For a person a name does where the journal has an ARN. */
const shortened = (what: string) =>
  what.replace(
    /arn:aws:(?:lambda|sqs|sns|events|logs|s3|kinesis|dynamodb):[a-z0-9-]*:\d*:(?:function:|log-group:|(?:stream|table|event-bus)\/)?/g,
    '',
  );

/** One journal entry as a line: when, what kind, what, and the ids to follow it by. */
export function describeEntry({ atMs, kind, what, eventIds, becameId, requestId }: RecordedEntry): string {
  const time = new Date(atMs).toISOString();
  const [first, ...others] = eventIds ?? [];
  const ids = [
    ...(first === undefined ? [] : [`event ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`]),
    ...(becameId === undefined ? [] : [`became ${becameId}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  return `${time}  ${kind.padEnd(KIND_WIDTH)} ${shortened(what)}${ids.length > 0 ? `  (${ids.join(', ')})` : ''}`;
}
