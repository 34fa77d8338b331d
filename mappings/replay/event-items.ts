import { type Arn, asArn, parseArn } from '../../src/core/arn.ts';
import type { MappingFacts } from '../../src/core/mappings.ts';

/** What an event tells of the items that a mapping put in it. */
export interface EventItems {
  readonly eventIds: readonly string[];
  /** The mapping that made the event, while it is there. */
  readonly mapping: string | undefined;
  /** In their order, where the function answers which of them failed. */
  readonly itemIds: readonly string[] | undefined;
}

/** Reads the event that a mapping handed to a function; `undefined` where no mapping made it. */
export function itemsOf(
  payload: string,
  functionArn: Arn,
  mappingsOf: (sourceArn: Arn) => readonly MappingFacts[],
): EventItems | undefined {
  const items = parsedRecords(payload).map(itemOf);
  const source = items[0]?.sourceArn ?? '';
  const isWhole = items.every(({ eventId, itemId }) => typeof eventId === 'string' && typeof itemId === 'string');
  if (!parseArn(source) || !isWhole) return undefined;
  const mapping = mappingsOf(asArn(source)).find((each) => each.functionArn === functionArn);
  return {
    eventIds: items.map(({ eventId }) => String(eventId)),
    mapping: mapping?.uuid,
    itemIds: mapping?.reportsItemFailures ? items.map(({ itemId }) => String(itemId)) : undefined,
  };
}

/** Messages have no `eventID`. */
const itemOf = ({ eventSourceARN, eventID, messageId, kinesis, dynamodb }: RawRecord) => ({
  sourceArn: eventSourceARN,
  eventId: eventID ?? messageId,
  itemId: kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber ?? messageId,
});

interface RawRecord {
  readonly eventSourceARN?: string;
  readonly eventID?: unknown;
  readonly messageId?: unknown;
  readonly kinesis?: { readonly sequenceNumber?: unknown };
  readonly dynamodb?: { readonly SequenceNumber?: unknown };
}

function parsedRecords(payload: string): readonly RawRecord[] {
  try {
    const { Records } = (JSON.parse(payload) ?? {}) as { readonly Records?: unknown };
    return Array.isArray(Records) ? Records.filter((each) => typeof each === 'object' && each !== null) : [];
  } catch {
    return [];
  }
}
