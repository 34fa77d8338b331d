import type { Tag } from '@aws-sdk/client-iam';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** Reads the list of the wire. */
export const tagsOf = (list: readonly Tag[] | undefined): Tags =>
  Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** Writes the list of the wire. */
export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The tags without those keys. */
export function withoutTags(tags: Tags, keys: readonly string[] | undefined): Tags {
  const removed = new Set(keys);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key)));
}
