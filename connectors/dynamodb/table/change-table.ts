import type { UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamodbService } from '../service.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { changeIndexes } from './change-indexes.ts';
import { readEncryption } from './encryption.ts';
import { readDefinitions } from './key-schema.ts';
import { type AttributeDefinition, type Billing, indexesOf, keyNames, type Table } from './table.ts';
import { readThroughput } from './throughput.ts';

type Parts = Pick<DynamodbService, 'clock' | 'random' | 'timing'>;

const CHANGES = [
  'AttributeDefinitions',
  'BillingMode',
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexUpdates',
  'OnDemandThroughput',
  'ProvisionedThroughput',
  'SSESpecification',
  'StreamSpecification',
  'TableClass',
  'WarmThroughput',
] as const satisfies readonly (keyof UpdateTableCommandInput)[];

/** The table with what a request changes of it, but for its stream; on its way to that. */
export function changeTable(service: Parts, table: Table, input: UpdateTableCommandInput): Table {
  if (CHANGES.every((name) => input[name] === undefined)) {
    throw validationException(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  const nowMs = service.clock.nowMs();
  const untilMs = nowMs + service.timing.tableStateDelayMs;
  const billing = changeBilling(table.billing, input, nowMs);
  const definitions = mergeDefinitions(table.attributes, readDefinitions(input.AttributeDefinitions));
  const globalIndexes = changeIndexes(table, { definitions, mode: billing.mode, untilMs }, input);
  const changed: Table = {
    ...table,
    ...{ billing, globalIndexes },
    transition: { status: 'UPDATING', untilMs },
    deletionProtection: input.DeletionProtectionEnabled ?? table.deletionProtection,
    tableClass: input.TableClass ? { name: input.TableClass, changedAtMs: nowMs } : table.tableClass,
    encryption: input.SSESpecification ? changeEncryption(service, table, input) : table.encryption,
  };
  const used = new Set([changed.key, ...indexesOf(changed).map(({ key }) => key)].flatMap(keyNames));
  return { ...changed, attributes: definitions.filter(({ name }) => used.has(name)) };
}

function changeEncryption({ random }: Parts, table: Table, { SSESpecification }: UpdateTableCommandInput) {
  const keepsKey = SSESpecification?.Enabled === true && SSESpecification.KMSMasterKeyId === undefined;
  return (keepsKey && table.encryption) || readEncryption(table, SSESpecification, random);
}

function changeBilling(before: Billing, input: UpdateTableCommandInput, nowMs: number): Billing {
  const mode = input.BillingMode ?? before.mode;
  const { ProvisionedThroughput: given } = input;
  if (mode === 'PAY_PER_REQUEST' && given) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (mode === 'PROVISIONED' && before.mode === 'PAY_PER_REQUEST' && !given) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  const after = readThroughput(mode, input, before);
  if (given && mode === before.mode) refuseSameThroughput(before, after);
  const reads = after.provisioned.read - before.provisioned.read;
  const writes = after.provisioned.write - before.provisioned.write;
  return {
    ...before,
    ...after,
    mode,
    ...(given && (reads > 0 || writes > 0) && { increasedAtMs: nowMs }),
    ...(given && (reads < 0 || writes < 0) && { decreasedAtMs: nowMs }),
    ...(mode === 'PAY_PER_REQUEST' && before.mode !== mode && { onDemandSinceMs: nowMs }),
  };
}

/** Refuses a change of capacity that is none. */
export function refuseSameThroughput(
  { provisioned: was }: Pick<Billing, 'provisioned'>,
  { provisioned: is }: Pick<Billing, 'provisioned'>,
): void {
  if (was.read !== is.read || was.write !== is.write) return;
  throw validationException(
    `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${was.read}. Requested ReadCapacityUnits: ${is.read}. Current WriteCapacityUnits provisioned for the table: ${was.write}. Requested WriteCapacityUnits: ${is.write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
  );
}

function mergeDefinitions(
  before: readonly AttributeDefinition[],
  given: readonly AttributeDefinition[],
): readonly AttributeDefinition[] {
  const added = given.filter(({ name, type }) => {
    const known = before.find((definition) => definition.name === name);
    if (known && known.type !== type) {
      throw invalidParameters(`Cannot change the type of attribute ${name}, which is part of a key`);
    }
    return !known;
  });
  return [...before, ...added];
}
