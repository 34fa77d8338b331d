const OPENING = '{"Records":[';
const CLOSING = ']}';

/** The event that a function gets for these records, each the text of its JSON. */
export function recordsPayload(records: readonly string[]): Uint8Array {
  return Buffer.from(OPENING + records.join(',') + CLOSING);
}

/** Size of an event without records. */
export const EMPTY_PAYLOAD_BYTES = OPENING.length + CLOSING.length;

/** What a record adds to the event: itself and a comma. */
export const recordBytes = (record: string): number => Buffer.byteLength(record) + 1;
