import type { Tag } from '@aws-sdk/client-scheduler';
import { invalid } from '../errors.ts';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;

/** The tags with more added; one with a known key replaces the old one. */
export function withTags(tags: Tags, added: readonly Tag[] = []): Tags {
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key = '', Value = '' }) => [Key, Value])) };
  if (Object.keys(all).some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw invalid('Tag keys that begin with aws: are reserved.');
  }
  if (Object.keys(all).length > MAX_TAGS) throw invalid(`A schedule group has at most ${MAX_TAGS} tags.`);
  return all;
}

/** The tags without those keys. */
export function withoutTags(tags: Tags, keys: readonly string[] = []): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

/** Tags as lists have them, by key. */
export const tagList = (tags: Tags): Tag[] =>
  Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] ?? '' }));
