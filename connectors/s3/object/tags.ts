import type { Tag, Tagging } from '@aws-sdk/client-s3';
import { invalidArgument, malformedXml, refusal } from '../errors.ts';

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const MAX_OBJECT_TAGS = 10;
const MAX_BUCKET_TAGS = 50;

/** The refusal of a tag. */
export const invalidTag = (message: string, members: Readonly<Record<string, string>> = {}) =>
  refusal(400, 'InvalidTag', message, members);

/** The tags of an object from a `PutObjectTagging` body. */
export function objectTags(tagging: Tagging | undefined): readonly Tag[] {
  const tags = checkedTags(tagging?.TagSet ?? [], 'Your TagKey cannot be prefixed with aws:');
  if (tags.length > MAX_OBJECT_TAGS) throw tooManyObjectTags();
  return tags;
}

/** The tags of a bucket from a `PutBucketTagging` body. */
export function bucketTags(tagging: Tagging | undefined): readonly Tag[] {
  const tags = checkedTags(tagging?.TagSet ?? [], 'System tags cannot be added/updated by requester');
  if (tags.length > MAX_BUCKET_TAGS) {
    throw refusal(400, 'BadRequest', `Bucket tag count cannot be greater than ${MAX_BUCKET_TAGS}`);
  }
  return tags;
}

/** The tags of a bucket that is created with them; AWS words some refusals differently here. */
export function newBucketTags(tags: readonly Tag[]): readonly Tag[] {
  for (const { Key, Value } of tags) {
    if (Key === undefined || Value === undefined) throw malformedXml();
    if (Key.startsWith('aws:')) {
      throw invalidTag(
        'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
      );
    }
    checkTag(Key, Value);
  }
  // Recorded from AWS: two tags of one key are an internal error there.
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw refusal(500, 'InternalError', 'We encountered an internal error. Please try again.');
  }
  return tags;
}

/** The tags in an `x-amz-tagging` header: a query string, without values where there are none; sorted by key as AWS does. */
export function headerTags(text: string | undefined): readonly Tag[] {
  if (!text) return [];
  const pairs = [...new URLSearchParams(text)].filter(([key]) => key !== '');
  const tags = pairs.map(([Key, Value]) => ({ Key, Value }));
  if (new Set(pairs.map(([key]) => key)).size < pairs.length || pairs.some(([key, value]) => !fits(key, value))) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: 'x-amz-tagging', ArgumentValue: text },
    );
  }
  for (const [key, value] of pairs) checkPrefix(key, 'Your TagKey cannot be prefixed with aws:', value);
  if (tags.length > MAX_OBJECT_TAGS) throw tooManyObjectTags();
  return tags.sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

const tooManyObjectTags = () => refusal(400, 'BadRequest', `Object tags cannot be greater than ${MAX_OBJECT_TAGS}`);

function checkedTags(tags: readonly Tag[], prefixMessage: string): readonly Tag[] {
  const keys = new Set<string>();
  for (const { Key, Value } of tags) {
    if (Key === undefined || Value === undefined) throw malformedXml();
    if (keys.has(Key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: Key });
    keys.add(Key);
    checkPrefix(Key, prefixMessage, Value);
    checkTag(Key, Value);
  }
  return tags.map(({ Key, Value }) => ({ Key, Value }));
}

function checkPrefix(key: string, message: string, _value: string): void {
  if (key.startsWith('aws:')) throw invalidTag(message, { TagKey: key });
}

function checkTag(key: string, value: string): void {
  if (key === '' || key.length > MAX_KEY_LENGTH || !ALLOWED.test(key)) {
    throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
  }
  if (value.length > MAX_VALUE_LENGTH || !ALLOWED.test(value)) {
    throw invalidTag('The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
  }
}

const fits = (key: string, value: string) =>
  key.length <= MAX_KEY_LENGTH && value.length <= MAX_VALUE_LENGTH && ALLOWED.test(key) && ALLOWED.test(value);
