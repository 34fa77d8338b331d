import type { Tag } from '@aws-sdk/client-eventbridge';
import { type Tags, tagsOf } from '../../src/core/tags.ts';
import { validation } from './errors.ts';

const MAX_TAGS = 50;

/** The tags with more added; one with a known key replaces the old one. */
export function withTags(tags: Tags, added: readonly Tag[] | undefined): Tags {
  const all = { ...tags, ...tagsOf(added) };
  if (Object.keys(all).length <= MAX_TAGS) return all;
  // Text unverified.
  throw validation(`The number of tags exceeds the limit of ${MAX_TAGS}.`);
}
