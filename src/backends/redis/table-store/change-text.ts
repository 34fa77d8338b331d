import { itemOfText, itemText } from '../../../core/dynamodb/item-text.ts';
import type { LogRecord } from '../../../core/ports/event-log.ts';
import type { ChangeEntry } from '../../../core/ports/table-store.ts';

type Change = ChangeEntry['change'];

/** What is no image of an item. */
type Facts = readonly [
  ...[name: ChangeEntry['name'], eventId: string, viewType: Change['viewType']],
  userIdentity: Change['userIdentity'] | null,
];

/** A change as its size and texts: what is no image, the keys, the new image, the old one; empty where there is none. */
export function changeTexts({ name, change }: ChangeEntry): readonly (number | string)[] {
  const { eventId, viewType, sizeBytes, userIdentity = null, keys, newImage, oldImage } = change;
  const facts: Facts = [name, eventId, viewType, userIdentity];
  return [
    sizeBytes,
    JSON.stringify(facts),
    ...[keys, newImage, oldImage].map((image) => (image ? itemText(image) : '')),
  ];
}

/** An entry of a Redis stream: its id, and names and values of its fields. */
export type StreamedEntry = readonly [id: Buffer, fields: readonly Buffer[]];

/** A change as it was written: its id begins with its offset. */
export function changeOfEntry([id, fields]: StreamedEntry): LogRecord<ChangeEntry> {
  const [arrivedAt = '', size = '', facts = '', keys = '', newImage = '', oldImage = ''] = fields
    .filter((_, place) => place % 2 === 1)
    .map(String);
  const [name, eventId, viewType, userIdentity] = JSON.parse(facts) as Facts;
  return {
    offset: Number.parseInt(String(id), 10),
    arrivedAtMs: Number(arrivedAt),
    entry: {
      name,
      change: {
        ...{ eventId, sizeBytes: Number(size), viewType, keys: itemOfText(keys) },
        ...(newImage && { newImage: itemOfText(newImage) }),
        ...(oldImage && { oldImage: itemOfText(oldImage) }),
        ...(userIdentity && { userIdentity }),
      },
    },
  };
}
