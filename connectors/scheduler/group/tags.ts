import type { Tag } from '@aws-sdk/client-scheduler';
import { type Tags, tagsOf } from '../../../src/core/tags.ts';
import { invalid } from '../errors.ts';

const MAX_TAGS = 50;

/** The tags with more added; one with a known key replaces the old one. */
export function withTags(tags: Tags, added: readonly Tag[] | undefined): Tags {
  const all = { ...tags, ...tagsOf(added) };
  if (Object.keys(all).some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw invalid('Tag keys that begin with aws: are reserved.');
  }
  if (Object.keys(all).length > MAX_TAGS) throw invalid(`A schedule group has at most ${MAX_TAGS} tags.`);
  return all;
}
