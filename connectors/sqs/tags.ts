import { invalidParameterValue } from './errors.ts';

const MAX_TAGS = 50;

/** Refuses more tags than a queue may have. */
export function checkTags(queueName: string, tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length <= MAX_TAGS) return tags;
  throw invalidParameterValue(`Too many tags added for queue ${queueName}.`);
}
