import { parseArn } from '../core/arn.ts';
import type { RequestContext } from '../core/operation.ts';
import { ownReference } from './function/function-name.ts';
import { LATEST } from './function/function-record.ts';
import { requireSettled, withNewRevision } from './function/revision.ts';
import { invalidParameter, notFound, notSupported } from './lambda-error.ts';
import { type LambdaService, requireFunction } from './lambda-service.ts';
import { requireTagCount } from './tags.ts';

/** A function or an event source mapping, as far as its tags go. */
export interface TaggedResource {
  read(): Promise<Readonly<Record<string, string>>>;
  change(change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>): Promise<void>;
}

/** The resource that an ARN names, for the three tag operations. */
export function taggedResource(service: LambdaService, context: RequestContext, arn: string): TaggedResource {
  const kind = parseArn(arn)?.resource.split(':')[0];
  switch (kind) {
    case 'function':
      return taggedFunction(service, context, arn);
    case 'event-source-mapping':
      return taggedMapping(service, arn);
    case 'capacity-provider':
      return missing(`Capacity provider not found: ${arn}`);
    default:
      throw notSupported(`tags on a ${kind}`);
  }
}

function taggedFunction(service: LambdaService, context: RequestContext, arn: string): TaggedResource {
  const reference = ownReference(context, arn);
  if (reference.qualifier !== undefined) {
    throw invalidParameter('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  }
  return {
    read: async () => (await requireFunction(service, reference)).tags,
    async change(change) {
      await service.functions.change(reference, (record) => {
        requireSettled(record, service.clock.nowMs());
        const tags = change(record.tags);
        requireTagCount(tags);
        return withNewRevision({ ...record, tags }, LATEST, service.random);
      });
    },
  };
}

function taggedMapping(service: LambdaService, arn: string): TaggedResource {
  const read = async () => {
    const tags = await service.mappings().tags(arn);
    if (!tags) throw notFound(`Event source mapping not found: ${arn}`);
    return tags;
  };
  return {
    read,
    async change(change) {
      const tags = change(await read());
      requireTagCount(tags);
      await service.mappings().setTags(arn, tags);
    },
  };
}

function missing(message: string): TaggedResource {
  const refuse = () => Promise.reject(notFound(message));
  return { read: refuse, change: refuse };
}
