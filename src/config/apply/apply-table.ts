import { isDeepStrictEqual } from 'node:util';
import { HeadwaterError } from '../../core/errors.ts';
import type {
  GlobalIndexDeclaration,
  KeyDeclaration,
  LocalIndexDeclaration,
  TableDeclaration,
} from '../declaration.ts';
import { type Applying, type Change, combine, orAbsent } from './applying.ts';

/** Makes the table with its indexes, stream and time to live, or brings in line what differs. Keys cannot change. */
export async function applyTable(applying: Applying, name: string, declared: TableDeclaration): Promise<Change> {
  const { call } = applying;
  const found = await orAbsent(call('dynamodb', 'DescribeTable', { TableName: name }));
  if (!found) await call('dynamodb', 'CreateTable', creation(name, declared));
  const changes: Change[] = [found ? 'unchanged' : 'created'];
  for (const step of [checkKeys, setStream, setProtection, addIndexes, setTimeToLive, setTags]) {
    changes.push(await step(applying, await activeTable(applying, name), declared));
  }
  return combine(changes);
}

/** What `DescribeTable` says of an active table, as far as it matters here. */
interface Table {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly IndexStatus: string }[];
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType?: string };
  readonly DeletionProtectionEnabled?: boolean;
}

/** Nothing can be changed while another change is under way. */
const activeTable = ({ call, untilReady }: Applying, TableName: string): Promise<Table> =>
  untilReady(async () => {
    const { Table } = await call('dynamodb', 'DescribeTable', { TableName });
    const table = Table as Table;
    const isReady =
      table.TableStatus === 'ACTIVE' &&
      (table.GlobalSecondaryIndexes ?? []).every(({ IndexStatus }) => IndexStatus === 'ACTIVE');
    return isReady ? table : undefined;
  });

function creation(TableName: string, declared: TableDeclaration): Record<string, unknown> {
  const { billingMode = 'PAY_PER_REQUEST', deletionProtection, stream, tags } = declared;
  const globals = Object.entries(declared.globalSecondaryIndexes ?? {}).map(([IndexName, index]) =>
    globalIndex(IndexName, index, declared),
  );
  const locals = Object.entries(declared.localSecondaryIndexes ?? {}).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(declared.partitionKey, index.sortKey),
    Projection: projection(index),
  }));
  return {
    TableName,
    KeySchema: keySchema(declared.partitionKey, declared.sortKey),
    AttributeDefinitions: attributeDefinitions(declared),
    BillingMode: billingMode,
    ...capacity(declared),
    ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
    ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } } : {}),
    ...(deletionProtection === undefined ? {} : { DeletionProtectionEnabled: deletionProtection }),
    ...(tags ? { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } : {}),
  };
}

const keySchema = (partition: KeyDeclaration, sort: KeyDeclaration | undefined) => [
  { AttributeName: partition.name, KeyType: 'HASH' },
  ...(sort ? [{ AttributeName: sort.name, KeyType: 'RANGE' }] : []),
];

function projection({ projectionType = 'ALL', nonKeyAttributes }: Omit<LocalIndexDeclaration, 'sortKey'>) {
  return { ProjectionType: projectionType, ...(nonKeyAttributes ? { NonKeyAttributes: [...nonKeyAttributes] } : {}) };
}

const globalIndex = (IndexName: string, index: GlobalIndexDeclaration, table: TableDeclaration) => ({
  IndexName,
  KeySchema: keySchema(index.partitionKey, index.sortKey),
  Projection: projection(index),
  ...capacity(table),
});

const DEFAULT_CAPACITY = 5;

function capacity({ billingMode, readCapacity, writeCapacity }: TableDeclaration) {
  if (billingMode !== 'PROVISIONED') return {};
  const ReadCapacityUnits = readCapacity ?? DEFAULT_CAPACITY;
  return {
    ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits: writeCapacity ?? DEFAULT_CAPACITY },
  };
}

/** Of all keys, of the table and its indexes. */
function attributeDefinitions(declared: TableDeclaration) {
  const indexes: readonly { readonly partitionKey?: KeyDeclaration; readonly sortKey?: KeyDeclaration | undefined }[] =
    [
      declared,
      ...Object.values(declared.globalSecondaryIndexes ?? {}),
      ...Object.values(declared.localSecondaryIndexes ?? {}),
    ];
  const types = new Map<string, string>();
  for (const { partitionKey, sortKey } of indexes) {
    for (const key of [partitionKey, sortKey]) if (key) types.set(key.name, key.type ?? 'S');
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

async function checkKeys(_applying: Applying, table: Table, declared: TableDeclaration): Promise<Change> {
  const typeOf = new Map(attributeDefinitions(declared).map((each) => [each.AttributeName, each.AttributeType]));
  const isSame =
    isDeepStrictEqual(table.KeySchema, keySchema(declared.partitionKey, declared.sortKey)) &&
    table.AttributeDefinitions.every(
      ({ AttributeName, AttributeType }) => (typeOf.get(AttributeName) ?? AttributeType) === AttributeType,
    );
  if (isSame) return 'unchanged';
  const present = table.KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType})`).join(', ');
  const message = `The config's table ${table.TableName} has other keys than the one that is there: ${present}; keys cannot change, so delete it or rename this one`;
  throw new HeadwaterError('CONFIG_REFUSED', message);
}

/** Another view type is another stream: the old one ends first. …/amazondynamodb/latest/developerguide/Streams.html */
async function setStream(applying: Applying, table: Table, { stream }: TableDeclaration): Promise<Change> {
  const { TableName, StreamSpecification: present } = table;
  if (stream === undefined || (present?.StreamEnabled && present.StreamViewType === stream)) return 'unchanged';
  const { call } = applying;
  if (present?.StreamEnabled) {
    await call('dynamodb', 'UpdateTable', { TableName, StreamSpecification: { StreamEnabled: false } });
    await activeTable(applying, TableName);
  }
  const StreamSpecification = { StreamEnabled: true, StreamViewType: stream };
  await call('dynamodb', 'UpdateTable', { TableName, StreamSpecification });
  return 'updated';
}

async function setProtection({ call }: Applying, table: Table, declared: TableDeclaration): Promise<Change> {
  const { deletionProtection: wanted } = declared;
  const { TableName, DeletionProtectionEnabled = false } = table;
  if (wanted === undefined || wanted === DeletionProtectionEnabled) return 'unchanged';
  await call('dynamodb', 'UpdateTable', { TableName, DeletionProtectionEnabled: wanted });
  return 'updated';
}

async function addIndexes(applying: Applying, table: Table, declared: TableDeclaration): Promise<Change> {
  const present = new Set(table.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  const missing = Object.entries(declared.globalSecondaryIndexes ?? {}).filter(([name]) => !present.has(name));
  const { TableName } = table;
  for (const [name, index] of missing) {
    await applying.call('dynamodb', 'UpdateTable', {
      TableName,
      AttributeDefinitions: attributeDefinitions({ ...declared, globalSecondaryIndexes: { [name]: index } }),
      GlobalSecondaryIndexUpdates: [{ Create: globalIndex(name, index, declared) }],
    });
    await activeTable(applying, TableName);
  }
  return missing.length > 0 ? 'updated' : 'unchanged';
}

async function setTimeToLive({ call }: Applying, { TableName }: Table, declared: TableDeclaration): Promise<Change> {
  const { timeToLiveAttribute: AttributeName } = declared;
  if (AttributeName === undefined) return 'unchanged';
  const { TimeToLiveDescription = {} } = await call('dynamodb', 'DescribeTimeToLive', { TableName });
  const present = TimeToLiveDescription as { readonly TimeToLiveStatus?: string; readonly AttributeName?: string };
  if (present.AttributeName === AttributeName && present.TimeToLiveStatus !== 'DISABLED') return 'unchanged';
  const TimeToLiveSpecification = { Enabled: true, AttributeName };
  await call('dynamodb', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification });
  return 'updated';
}

async function setTags({ call }: Applying, { TableArn }: Table, { tags }: TableDeclaration): Promise<Change> {
  if (!tags) return 'unchanged';
  const { Tags = [] } = await call('dynamodb', 'ListTagsOfResource', { ResourceArn: TableArn });
  const present = new Map((Tags as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  const wanted = Object.entries(tags);
  if (wanted.every(([key, value]) => present.get(key) === value)) return 'unchanged';
  const list = wanted.map(([Key, Value]) => ({ Key, Value }));
  await call('dynamodb', 'TagResource', { ResourceArn: TableArn, Tags: list });
  return 'updated';
}
