import type { RecordedEntry } from '../core/journal.ts';

const KIND_WIDTH = 9;

/** For a person a name does where the journal has an ARN. */
const shortened = (what: string) =>
  what.replace(
    /arn:aws:(?:lambda|sqs|sns|events|logs|s3|kinesis|dynamodb):[a-z0-9-]*:\d*:(?:function:|log-group:|(?:stream|table|event-bus)\/)?/g,
    '',
  );

/**
 * Names, keys and ids are what clients made of them: a line break in one would begin a line of its own, an escape sequence
 * would command the terminal, and what turns the direction of writing would show another name.
 */
const printable = (text: string) =>
  text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return NAMED[character] ?? `\\u${code.padStart(4, '0')}`;
  });

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One journal entry as a line: when, what kind, what, and the ids to follow it by. */
export function describeEntry({ atMs, kind, what, eventIds, becameId, requestId }: RecordedEntry): string {
  const time = new Date(atMs).toISOString();
  const [first, ...others] = eventIds ?? [];
  const ids = [
    ...(first === undefined ? [] : [`event ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`]),
    ...(becameId === undefined ? [] : [`became ${becameId}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  const told = `${shortened(what)}${ids.length > 0 ? `  (${ids.join(', ')})` : ''}`;
  return `${time}  ${kind.padEnd(KIND_WIDTH)} ${printable(told)}`;
}
