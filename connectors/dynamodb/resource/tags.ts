import type { Tag } from '@aws-sdk/client-dynamodb';
import { validationException } from '../values/refusal.ts';

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html */
const MAX_TAGS = 50;

/** The tags of a request by key; refuses, in AWS's words, what can be no tag. */
export function readTags(tags: readonly Tag[] = []): Readonly<Record<string, string>> {
  const read = new Map<string, string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '' || !isPlain(key)) throw validationException(`The Tag Key provided is invalid, Key: ${key}`);
    if (/^aws:/i.test(key)) throw validationException(`Tag Key cannot be prefixed with aws:, Key: ${key}`);
    if (!isPlain(value)) throw validationException(`The Tag Value provided is invalid, Value: ${value}`);
    if (read.has(key)) {
      throw validationException(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${key}`);
    }
    read.set(key, value);
  }
  return checkCount(Object.fromEntries(read));
}

/** Refuses more tags than a resource may have. */
export function checkCount(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length <= MAX_TAGS) return tags;
  throw validationException('Number of Tags exceed the current limit for the provided ResourceArn');
}

const isPlain = (text: string) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);
