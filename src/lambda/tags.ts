import { invalidParameter } from './lambda-error.ts';

/** Quota of tags on one resource: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
const MAX_TAGS = 50;

/** Refuses more tags than a resource may have. */
export function requireTagCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > MAX_TAGS) throw invalidParameter('Number of tags exceeds resource tag limit.');
}

/** Refuses a call that gives none: AWS has no better words for it. */
export function requireSomeTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length === 0) {
    throw invalidParameter('An error occurred and the request cannot be processed.');
  }
}
