import type { Tag } from '@aws-sdk/client-eventbridge';
import { validation } from './errors.ts';

/** Tags by key, in the order in which they were added. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;

/** The tags with more added; one with a known key replaces the old one. */
export function withTags(tags: Tags, added: readonly Tag[] | undefined): Tags {
  const all = { ...tags, ...Object.fromEntries((added ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
  if (Object.keys(all).length <= MAX_TAGS) return all;
  // Text unverified.
  throw validation(`The number of tags exceeds the limit of ${MAX_TAGS}.`);
}

/** The tags without those. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/** Tags as answers have them. */
export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
