import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Scope } from '../../../src/core/arn.ts';
import { checkPolicy } from '../resource/policy.ts';
import { readTags } from '../resource/tags.ts';
import type { DynamodbService } from '../service.ts';
import { readEncryption } from './encryption.ts';
import { readDefinitions, readKeySchema, refuseUnusedDefinitions } from './key-schema.ts';
import { checkIndexes, readGlobalIndexes, readLocalIndexes } from './read-index.ts';
import { type Table, tableArn } from './table.ts';
import { checkBilling, readThroughput } from './throughput.ts';

/** The table that a request describes, without its stream. */
export function readTable(
  { clock, random, timing }: Pick<DynamodbService, 'clock' | 'random' | 'timing'>,
  { account, region }: Scope,
  name: string,
  input: CreateTableCommandInput,
): Table {
  const mode = checkBilling(input.BillingMode, input.ProvisionedThroughput);
  const definitions = readDefinitions(input.AttributeDefinitions);
  const key = readKeySchema(input.KeySchema, definitions);
  const surroundings = { definitions, key, mode };
  const nowMs = clock.nowMs();
  const table: Table = {
    ...{ account, region, name, key },
    arn: tableArn({ account, region }, name),
    id: random.uuid(),
    createdAtMs: nowMs,
    edition: nowMs,
    transition: { status: 'CREATING', untilMs: nowMs + timing.tableStateDelayMs },
    attributes: definitions,
    localIndexes: readLocalIndexes(input.LocalSecondaryIndexes, surroundings),
    globalIndexes: readGlobalIndexes(input.GlobalSecondaryIndexes, surroundings),
    billing: { mode, ...readThroughput(mode, input), ...(mode === 'PAY_PER_REQUEST' && { onDemandSinceMs: nowMs }) },
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tableClass: input.TableClass && { name: input.TableClass },
    encryption: readEncryption({ account, region }, input.SSESpecification, random),
    policy:
      input.ResourcePolicy === undefined
        ? undefined
        : { document: checkPolicy(input.ResourcePolicy), revisionId: `${nowMs}` },
    tags: readTags(input.Tags),
  };
  checkIndexes([...table.localIndexes, ...table.globalIndexes]);
  refuseUnusedDefinitions(table);
  return table;
}
