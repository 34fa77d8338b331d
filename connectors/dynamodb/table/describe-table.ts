import type {
  GlobalSecondaryIndexDescription,
  LocalSecondaryIndexDescription,
  Projection as ShownProjection,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import { PRIMARY } from '../items/index-entries.ts';
import type { DynamodbService } from '../service.ts';
import { describeKeySchema } from './key-schema.ts';
import { type Projection, type SecondaryIndex, statusOf, type Table } from './table.ts';
import { describeOnDemand, describeProvisioned, describeWarm } from './throughput.ts';

type Parts = Pick<DynamodbService, 'tables' | 'clock'>;

/** A table as `DescribeTable` shows it. */
export async function describeTable(service: Parts, table: Table): Promise<TableDescription> {
  const { billing } = table;
  const { warm } = billing;
  const nowMs = service.clock.nowMs();
  const creating = statusOf(table, nowMs) === 'CREATING';
  const description = await describeChange(service, table, statusOf(table, nowMs));
  // What a table on demand is warm for is shown once it is there, what was asked for at once.
  if (creating && !warm) return description;
  const indexes = description.GlobalSecondaryIndexes?.map((shown, position) => ({
    ...shown,
    ...describeWarm(billing.mode, table.globalIndexes[position]?.throughput ?? billing),
  }));
  return {
    ...description,
    ...describeWarm(billing.mode, billing, creating ? 'UPDATING' : 'ACTIVE'),
    ...(indexes && { GlobalSecondaryIndexes: indexes }),
  };
}

/**
 * A table as the answer to its creation or a change of it shows it: on its way, however soon it will be there. Such an
 * answer tells less (recorded).
 */
export async function describeChange(
  service: Parts,
  table: Table,
  status: NonNullable<TableDescription['TableStatus']>,
): Promise<TableDescription> {
  const { billing } = table;
  const { items, bytes } = await sizeOf(service, table, PRIMARY);
  const { globalIndexes, localIndexes } = await describeIndexes(service, table, status);
  return {
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    ...describeBilling(table, status),
    CreationDateTime: new Date(table.createdAtMs),
    DeletionProtectionEnabled: table.deletionProtection,
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
    ItemCount: items,
    KeySchema: describeKeySchema(table.key),
    ...describeStream(table),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
    ...describeOnDemand(billing),
    ProvisionedThroughput: describeProvisioned(billing, billing),
    ...(table.encryption && {
      SSEDescription: { KMSMasterKeyArn: table.encryption.keyArn, SSEType: 'KMS', Status: 'ENABLED' },
    }),
    TableArn: table.arn,
    ...(table.tableClass && {
      TableClassSummary: {
        TableClass: table.tableClass.name,
        ...(table.tableClass.changedAtMs && { LastUpdateDateTime: new Date(table.tableClass.changedAtMs) }),
      },
    }),
    TableId: table.id,
    TableName: table.name,
    TableSizeBytes: bytes,
    TableStatus: status,
    ...(billing.warm
      ? describeWarm(billing.mode, billing, 'UPDATING')
      : status === 'UPDATING' && describeWarm(billing.mode, billing, 'ACTIVE')),
  };
}

/** A table as the answer to its deletion shows it. */
export async function describeDeletion(service: Parts, table: Table): Promise<TableDescription> {
  const { AttributeDefinitions, CreationDateTime, KeySchema, ...rest } = await describeChange(
    service,
    table,
    'DELETING',
  );
  return rest;
}

function describeBilling({ billing }: Table, status: string): Pick<TableDescription, 'BillingModeSummary'> {
  if (billing.mode === 'PROVISIONED' && billing.onDemandSinceMs === undefined) return {};
  return {
    BillingModeSummary: {
      BillingMode: billing.mode,
      // It became so once it was there.
      ...(status !== 'CREATING' &&
        billing.onDemandSinceMs !== undefined && {
          LastUpdateToPayPerRequestDateTime: new Date(billing.onDemandSinceMs),
        }),
    },
  };
}

function describeStream({ stream }: Table): Partial<TableDescription> {
  if (!stream) return {};
  return {
    LatestStreamArn: stream.arn,
    LatestStreamLabel: stream.label,
    ...(stream.enabled && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }),
  };
}

async function describeIndexes(service: Parts, table: Table, tableStatus: string) {
  const nowMs = service.clock.nowMs();
  const describe = async (index: SecondaryIndex): Promise<LocalSecondaryIndexDescription> => {
    const { items, bytes } = await sizeOf(service, table, index.name);
    return {
      IndexName: index.name,
      KeySchema: describeKeySchema(index.key),
      Projection: describeProjection(index.projection),
      IndexArn: `${table.arn}/index/${index.name}`,
      IndexSizeBytes: bytes,
      ItemCount: items,
    };
  };
  const globalIndexes = table.globalIndexes.map(async (index): Promise<GlobalSecondaryIndexDescription> => {
    const status = tableStatus === 'CREATING' ? 'CREATING' : statusOf(index, nowMs);
    return {
      ...(await describe(index)),
      IndexStatus: status,
      ...(index.transition && status === 'CREATING' && { Backfilling: true }),
      ...describeOnDemand(index.throughput ?? table.billing),
      ProvisionedThroughput: describeProvisioned(index.throughput ?? table.billing),
    };
  });
  return {
    globalIndexes: await Promise.all(globalIndexes),
    localIndexes: await Promise.all(table.localIndexes.map(describe)),
  };
}

function describeProjection(projection: Projection): ShownProjection {
  const included = projection.type === 'INCLUDE' ? { NonKeyAttributes: [...projection.attributes] } : {};
  return { ProjectionType: projection.type, ...included };
}

/** AWS counts about every six hours; we know at any time. */
async function sizeOf({ tables }: Parts, table: Table, index: string) {
  return await tables.size(table.arn, index).catch(() => ({ items: 0, bytes: 0 }));
}
