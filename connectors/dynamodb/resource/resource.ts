import { parseArn } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import { namedTableMissing } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import { isStreamArn } from '../stream/stream.ts';
import { type ResourcePolicy, tableOfArn } from '../table/table.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { policyMissing } from './policy.ts';

/** A table or a stream, as far as it can be tagged and have a policy. */
export interface Resource {
  /** Of the table. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: ResourcePolicy | undefined;
  update(changed: Partial<Pick<Resource, 'tags' | 'policy'>>): Promise<void>;
}

/** The resource that is tagged; refuses, in AWS's words, what an ARN does not name. */
export async function resourceWithTags(
  service: DynamodbService,
  arn: string = '',
  context: RequestContext,
): Promise<Resource> {
  const resource = await findResource(service, arn, context);
  if (resource) return resource;
  // The letter that is missing is missing in AWS too.
  throw new ServiceError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
}

/** The resource whose policy is asked for; refuses, in AWS's words, what an ARN does not name. */
export async function resourceWithPolicy(
  service: DynamodbService,
  arn: string = '',
  context: RequestContext,
): Promise<Resource> {
  const resource = await findResource(service, arn, context);
  if (resource) return resource;
  throw isStreamArn(arn) ? policyMissing(arn) : namedTableMissing(tableOfArn(arn)?.name ?? arn);
}

async function findResource(
  { directory, streams }: DynamodbService,
  arn: string,
  { account }: RequestContext,
): Promise<Resource | undefined> {
  checkArn(arn, account);
  if (isStreamArn(arn)) {
    const stream = await streams.find(arn);
    if (!stream) return undefined;
    const { tableName: name, tags = {}, policy } = stream;
    return { name, tags, policy, update: (changed) => streams.change(arn, (current) => ({ ...current, ...changed })) };
  }
  const named = tableOfArn(arn);
  const table = named && (await directory.find(named, named.name));
  if (!table) return undefined;
  const { name, tags, policy } = table;
  return { name, tags, policy, update: (changed) => directory.put({ ...table, ...changed }) };
}

function checkArn(arn: string, account: string): void {
  const parts = parseArn(arn);
  if (!parts) throw invalidParameters(`ARNs must start with 'arn:': ${arn}`);
  if (parts.service !== 'dynamodb' || !parts.resource.startsWith('table/')) {
    throw invalidParameters(`Provided Arn is not a DynamoDB resource arn: ${arn}`);
  }
  if (!isStreamArn(arn) && parts.resource.split('/').length !== 2) {
    throw invalidParameters(
      `Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${arn}`,
    );
  }
  if (parts.account !== account) {
    throw validationException('This action is only supported by accounts that match the resource owner’s account.');
  }
}
