import type { Tag } from '@aws-sdk/client-sns';
import { ServiceError } from '../../../src/core/errors.ts';
import { type Tags, tagsOf } from '../../../src/core/tags.ts';
import { invalidParameter } from '../errors.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html */
const MAX_TAGS = 50;

/** Tags as requests bring them; a key that comes twice is refused (recorded). */
export function distinctTags(list: readonly Tag[] | undefined): Tags {
  const tags = tagsOf(list);
  if (Object.keys(tags).length !== (list?.length ?? 0)) throw invalidParameter('Duplicated keys are not allowed.');
  return tags;
}

/** The tags with more added. */
export function withTags(tags: Tags, added: Tags): Tags {
  const all = { ...tags, ...added };
  if (Object.keys(all).length <= MAX_TAGS) return all;
  throw new ServiceError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');
}
