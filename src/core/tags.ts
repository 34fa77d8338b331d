/** Tags of a resource by key. */
export type Tags = Readonly<Record<string, string>>;

/** A tag as lists on the wire have it. */
interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The tags of a list; of a key that comes twice the last one. */
export const tagsOf = (list: readonly Tag[] = []): Tags =>
  Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));

/** Tags as lists on the wire have them. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The same, in the order of their keys. */
export const sortedTagList = (tags: Tags): { Key: string; Value: string }[] =>
  tagList(tags).sort((a, b) => (a.Key < b.Key ? -1 : 1));

/** The tags without those of some keys. */
export function withoutTags(tags: Tags, keys: readonly string[] = []): Tags {
  const removed = new Set(keys);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key)));
}
