import { type Tags, withoutTags as without } from '../../../src/core/tags.ts';
import type { NamedStream } from '../errors.ts';
import { invalidArgument } from '../errors.ts';

const MAX_TAGS = 50;
const ILLEGAL = /[^\p{L}\p{N}\p{Z}_.:/=+\-@%]/u;
const INVALID_CHARACTERS =
  'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.';
const ALLOWED = `The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.`;

/** The tags with more added; one with a known key replaces the old one. */
export function withTags(stream: NamedStream, tags: Tags, added: Tags): Tags {
  checkCharacters(stream, Object.entries(added).flat(), 'add tags to');
  const all = { ...tags, ...added };
  if (Object.keys(all).length <= MAX_TAGS) return all;
  throw invalidArgument(
    `Failed to add tags to stream ${stream.name} under account ${stream.account} because a given stream cannot have more than ${MAX_TAGS} tags associated with it.`,
  );
}

/** The tags without those. */
export function withoutTags(stream: NamedStream, tags: Tags, keys: readonly string[]): Tags {
  checkCharacters(stream, keys, 'remove tags from');
  return without(tags, keys);
}

function checkCharacters({ name, account }: NamedStream, texts: readonly string[], doing: string): void {
  if (texts.some((text) => ILLEGAL.test(text))) throw invalidArgument(INVALID_CHARACTERS);
  if (!texts.some((text) => text.includes('%'))) return;
  throw invalidArgument(
    `Failed to ${doing} stream ${name} under account ${account} because some tags contained illegal characters. ${ALLOWED}`,
  );
}
