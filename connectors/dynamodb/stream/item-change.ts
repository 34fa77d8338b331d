import type { ChangeEntry } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap, ItemChange, StreamViewType } from '../../../src/core/records/dynamodb-change.ts';
import { sameItem } from '../values/equality.ts';
import { sizeOfItem } from '../values/size.ts';

/** What a write does to an item: without `before` it makes it, without `after` it removes it. */
export interface ItemWrite {
  readonly keys: AttributeMap;
  readonly before?: AttributeMap | undefined;
  readonly after?: AttributeMap | undefined;
  /** The service that writes, where no user does. */
  readonly userIdentity?: ItemChange['userIdentity'];
}

/**
 * What a stream records of a write; nothing of one that leaves the item as it was.
 * docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
export function changeOf(write: ItemWrite, viewType: StreamViewType, eventId: string): ChangeEntry | undefined {
  const { keys, before, after, userIdentity } = write;
  const name = nameOf(before, after);
  if (name === undefined) return undefined;
  const newImage = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES' ? after : undefined;
  const oldImage = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES' ? before : undefined;
  return {
    name,
    change: {
      ...{ eventId, keys, viewType },
      ...(newImage && { newImage }),
      ...(oldImage && { oldImage }),
      ...(userIdentity && { userIdentity }),
      sizeBytes: sizeOfItem(keys) + (newImage ? sizeOfItem(newImage) : 0) + (oldImage ? sizeOfItem(oldImage) : 0),
    },
  };
}

function nameOf(before: AttributeMap | undefined, after: AttributeMap | undefined): ChangeEntry['name'] | undefined {
  if (after === undefined) return before && 'REMOVE';
  if (before === undefined) return 'INSERT';
  return sameItem(before, after) ? undefined : 'MODIFY';
}
