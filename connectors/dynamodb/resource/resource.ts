import { parseArn } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import { namedTableMissing } from '../errors.ts';
import type { DynamodbService } from '../service.ts';
import { isStreamArn, type Stream } from '../stream/stream.ts';
import type { StreamDirectory } from '../stream/stream-directory.ts';
import { type ResourcePolicy, type Table, tableOfArn } from '../table/table.ts';
import type { DefinitionTurn, TableFinder } from '../table/table-directory.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { policyMissing } from './policy.ts';

/** A table or a stream, as far as it can be tagged and have a policy. */
export interface Resource {
  /** Of the table. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: ResourcePolicy | undefined;
  readonly is: Table | Stream;
}

/** Changes tags or the policy of what was found in this turn. */
export async function updateResource(
  { streams }: Pick<DynamodbService, 'streams'>,
  turn: DefinitionTurn,
  { is }: Resource,
  changed: Partial<Pick<Resource, 'tags' | 'policy'>>,
): Promise<void> {
  if ('label' in is) await streams.change(is.arn, (current) => ({ ...current, ...changed }));
  else await turn.put({ ...is, ...changed });
}

/** The resource that is tagged; refuses, in AWS's words, what an ARN does not name. */
export async function resourceWithTags(
  streams: StreamDirectory,
  tables: TableFinder,
  arn: string = '',
  context: RequestContext,
): Promise<Resource> {
  const resource = await findResource(streams, tables, arn, context);
  if (resource) return resource;
  // The letter that is missing is missing in AWS too.
  throw new ServiceError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
}

/** The resource whose policy is asked for; refuses, in AWS's words, what an ARN does not name. */
export async function resourceWithPolicy(
  streams: StreamDirectory,
  tables: TableFinder,
  arn: string = '',
  context: RequestContext,
): Promise<Resource> {
  const resource = await findResource(streams, tables, arn, context);
  if (resource) return resource;
  throw isStreamArn(arn) ? policyMissing(arn) : namedTableMissing(tableOfArn(arn)?.name ?? arn);
}

async function findResource(
  streams: StreamDirectory,
  tables: TableFinder,
  arn: string,
  { account }: RequestContext,
): Promise<Resource | undefined> {
  checkArn(arn, account);
  if (isStreamArn(arn)) {
    const stream = await streams.find(arn);
    if (!stream) return undefined;
    const { tableName: name, tags = {}, policy } = stream;
    return { name, tags, policy, is: stream };
  }
  const named = tableOfArn(arn);
  const table = named && (await tables.find(named, named.name));
  if (!table) return undefined;
  const { name, tags, policy } = table;
  return { name, tags, policy, is: table };
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
