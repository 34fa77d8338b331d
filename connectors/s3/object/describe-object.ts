import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import { noSuchKey } from '../errors.ts';
import type { S3 } from '../service.ts';
import { attributesOf, factsOf, type ObjectFacts } from './object-facts.ts';

/** Changes what is kept with a version, such as its tags. */
export async function describeObject(
  s3: S3,
  version: ObjectVersion,
  change: Partial<ObjectFacts>,
): Promise<ObjectVersion> {
  const changed = await s3.objects.describe(version, attributesOf({ ...factsOf(version), ...change }));
  if (!changed) throw noSuchKey(version.key);
  return changed;
}
