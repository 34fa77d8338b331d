import { parseArn, type Scope } from '../../core/arn.ts';
import type { Tags } from '../../core/tags.ts';
import { invalidParameter, noSuch } from './errors.ts';
import { groupOfArn } from './group/log-group.ts';
import type { LogsService } from './service.ts';

/** What has tags: a group or a destination. */
export interface TaggedResource {
  readonly tags: Tags;
  change(change: (tags: Tags) => Tags): Promise<void>;
}

/** The resource of an ARN; refuses when there is none. */
export async function taggedResource(service: LogsService, arn: string, scope: Scope): Promise<TaggedResource> {
  const parts = parseArn(arn);
  if (parts && (parts.account !== scope.account || parts.region !== scope.region)) throw noSuch('resource');
  const named = groupOfArn(arn);
  if (named) return await taggedGroup(service, named.name, scope);
  const destination = await service.destinations.findArn(arn);
  if (destination) {
    const change: TaggedResource['change'] = async (changed) => {
      await service.destinations.change(destination, destination.name, (current = destination) => ({
        ...current,
        tags: changed(current.tags),
      }));
    };
    return { tags: destination.tags, change };
  }
  if (arn.includes(':destination:')) throw noSuch('destination');
  throw invalidParameter(`Invalid resourceArn: ${arn}`);
}

/** A group of that name. */
export async function taggedGroup(
  { groups }: LogsService,
  logGroupName: string,
  scope: Scope,
): Promise<TaggedResource> {
  const group = await groups.of({ logGroupName }, scope);
  return {
    tags: group.tags,
    async change(change) {
      await groups.change(group, (current) => ({ ...current, tags: change(current.tags) }));
    },
  };
}
