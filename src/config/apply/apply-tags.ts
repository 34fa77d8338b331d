import type { Applying } from './applying.ts';

type Tags = Readonly<Record<string, string>>;

/** Tags as AWS's newer services have them. */
export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Tags what a service knows by that ARN; whether it had to. */
export async function applyTags(
  { call }: Applying,
  service: 'sns' | 'events' | 'scheduler',
  arn: string,
  tags: Tags | undefined,
): Promise<boolean> {
  if (!tags) return false;
  const resource = { [service === 'events' ? 'ResourceARN' : 'ResourceArn']: arn };
  const { Tags: found = [] } = await call(service, 'ListTagsForResource', resource);
  const present = new Map((found as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  if (Object.entries(tags).every(([key, value]) => present.get(key) === value)) return false;
  await call(service, 'TagResource', { ...resource, Tags: tagList(tags) });
  return true;
}
