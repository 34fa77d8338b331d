import { ServiceError } from '../../../core/errors.ts';
import type { Tags } from '../../../core/tags.ts';

const MAX_TAGS = 50;

/** The tags with more added; refuses too many. */
export function checkedTags(tags: Tags, added: Tags): Tags {
  const all = { ...tags, ...added };
  if (Object.keys(all).length <= MAX_TAGS) return all;
  throw new ServiceError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`);
}
