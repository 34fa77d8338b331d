import { itemOfText, itemText } from '../../../core/dynamodb/item-text.ts';
import type { ChangeEntry } from '../../../core/ports/table-store.ts';
import type { AttributeMap } from '../../../core/records/dynamodb-change.ts';
import type { EntryForm } from '../log/log.ts';

type Change = ChangeEntry['change'];

/** A change as it is stored: a list, since the names of members would be stored with each; `null` stands for what is not there. */
type StoredChange = readonly [
  ...[name: ChangeEntry['name'], eventId: string, sizeBytes: number, viewType: Change['viewType']],
  ...[keys: string, newImage: string | null, oldImage: string | null],
  userIdentity: Change['userIdentity'] | null,
];

/** Changes with their items as text, as the items' rows have them. */
export const changeForm: EntryForm<ChangeEntry> = {
  write({ name, change: { eventId, sizeBytes, viewType, keys, newImage, oldImage, userIdentity } }): StoredChange {
    const images = [imageText(newImage), imageText(oldImage)] as const;
    return [name, eventId, sizeBytes, viewType, itemText(keys), ...images, userIdentity ?? null];
  },
  read(stored) {
    const [name, eventId, sizeBytes, viewType, keys, newImage, oldImage, userIdentity] = stored as StoredChange;
    return {
      name,
      change: {
        ...{ eventId, sizeBytes, viewType, keys: itemOfText(keys) },
        ...(newImage !== null && { newImage: itemOfText(newImage) }),
        ...(oldImage !== null && { oldImage: itemOfText(oldImage) }),
        ...(userIdentity && { userIdentity }),
      },
    };
  },
};

const imageText = (image: AttributeMap | undefined) => (image ? itemText(image) : null);
