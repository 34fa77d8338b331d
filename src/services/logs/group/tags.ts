import { ServiceError } from '../../../core/errors.ts';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;

/** The tags with more added; refuses too many. */
export function checkedTags(tags: Tags, added: Tags): Tags {
  const all = { ...tags, ...added };
  if (Object.keys(all).length <= MAX_TAGS) return all;
  throw new ServiceError('TooManyTagsException', `A resource can have no more than ${MAX_TAGS} tags.`);
}

/** The tags without those. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
