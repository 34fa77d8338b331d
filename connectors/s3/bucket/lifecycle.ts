import type { LifecycleRule, LifecycleRuleFilter, Tag } from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts';
import { factsOf } from '../object/object-facts.ts';
import type { Bucket, LifecycleSettings } from './buckets.ts';

const DAY_MS = 24 * 3600 * 1000;
/** What AWS sets when a configuration does not say. */
export const DEFAULT_MINIMUM_SIZE = 'all_storage_classes_128K';
const MINIMUM_SIZES = new Set([DEFAULT_MINIMUM_SIZE, 'varies_by_storage_class']);

/** Rules as they are stored and shown. They say when objects would expire; nothing is expired here. */
export function lifecycleSettings(
  rules: readonly LifecycleRule[] | undefined,
  minimumObjectSize: string = DEFAULT_MINIMUM_SIZE,
  newId: () => string,
): LifecycleSettings {
  if (!MINIMUM_SIZES.has(minimumObjectSize)) {
    throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${minimumObjectSize}`);
  }
  if (!rules || rules.length === 0) throw malformedXml();
  const ids = new Set<string>();
  const stored = rules.map((rule) => {
    checkRule(rule);
    const ID = rule.ID ?? newId();
    if (ids.has(ID)) throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
    ids.add(ID);
    return { ...rule, ID };
  });
  return { rules: stored, minimumObjectSize };
}

function checkRule(rule: LifecycleRule): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml();
  if (rule.Filter !== undefined && rule.Prefix !== undefined) throw malformedXml();
  const acts =
    rule.Expiration ??
    rule.Transitions ??
    rule.NoncurrentVersionExpiration ??
    rule.NoncurrentVersionTransitions ??
    rule.AbortIncompleteMultipartUpload;
  if (!acts) throw invalidRequest('At least one action needs to be specified in a rule');
  const days = rule.Expiration?.Days;
  if (days !== undefined && days <= 0) {
    throw invalidArgument("'Days' for Expiration action must be a positive integer");
  }
}

/** The `x-amz-expiration` of an object: the first rule that would expire it, at the midnight (UTC) after its days. */
export function expirationOf(bucket: Bucket, version: ObjectVersion): { Expiration?: string } {
  if (version.deleteMarker) return {};
  for (const rule of bucket.lifecycle?.rules ?? []) {
    const { Days, Date: date } = rule.Expiration ?? {};
    if (rule.Status !== 'Enabled' || (Days === undefined && !date) || !matches(rule, version)) continue;
    const atMs = date?.getTime() ?? (Math.floor((version.modifiedAtMs + (Days ?? 0) * DAY_MS) / DAY_MS) + 1) * DAY_MS;
    return { Expiration: `expiry-date="${new Date(atMs).toUTCString()}", rule-id="${rule.ID}"` };
  }
  return {};
}

function matches({ Prefix, Filter }: LifecycleRule, version: ObjectVersion): boolean {
  const filter: LifecycleRuleFilter & { Tags?: Tag[] | undefined } = { ...Filter, ...Filter?.And };
  const wanted = [...(filter.Tags ?? []), ...(filter.Tag ? [filter.Tag] : [])];
  const { tags } = factsOf(version);
  return (
    version.key.startsWith(Prefix ?? filter.Prefix ?? '') &&
    version.size > (filter.ObjectSizeGreaterThan ?? -1) &&
    version.size < (filter.ObjectSizeLessThan ?? Number.POSITIVE_INFINITY) &&
    wanted.every(({ Key, Value }) => tags.some((tag) => tag.Key === Key && tag.Value === Value))
  );
}
