import { createDynamodb } from '../../../connectors/dynamodb/connector.ts';
import { asArn } from '../../../src/core/arn.ts';
import type { ShardReader } from '../../../src/core/source.ts';
import { operationFiles } from '../../../src/package-files.ts';
import { call, type Ground } from '../engine/life.ts';
import type { Ledger } from './ledger.ts';
import { learnShards, type SimulatedSource } from './source.ts';

const TableName = 'simulated';
const READ_LIMITS = { maxRecords: 1000, maxBytes: 2 ** 20 };
const neverAborted = new AbortController().signal;

/** A table with a stream on the ground of a life. Each record is a write of the item that has the record's key. */
export function openTableSource(ground: Ground): SimulatedSource {
  const dynamodb = createDynamodb({
    ...ground,
    operations: operationFiles('connectors/dynamodb/api'),
    streamOperations: operationFiles('connectors/dynamodb/streams-api'),
    targets: { find: () => undefined },
  });
  const readers = new Map<string, ShardReader>();
  const arn = async () => {
    const { Table } = await call<{ readonly Table: { readonly LatestStreamArn: string } }>(
      dynamodb.api,
      'DescribeTable',
      { TableName },
    );
    return asArn(Table.LatestStreamArn);
  };
  return {
    stream: dynamodb.source,
    arn,
    async create() {
      await call(dynamodb.api, 'CreateTable', {
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      });
    },
    async put(records, acknowledged) {
      for (const record of records) {
        const kind = { S: record.matches ? 'keep' : 'drop' };
        const Item = { id: { S: record.key }, n: { N: String(record.id) }, kind };
        await call(dynamodb.api, 'PutItem', { TableName, Item });
        acknowledged(record);
      }
    },
    // A table's stream goes on in new shards by itself.
    reshard: async () => false,
    async learn(ledger) {
      const stream = await arn();
      await learnShards(ledger, dynamodb.source, stream);
      for (const shardId of ledger.parents.keys()) {
        const reader = readers.get(shardId) ?? (await dynamodb.source.reader(stream, shardId, { at: 'trim-horizon' }));
        if (!reader) continue;
        readers.set(shardId, reader);
        await readPlaces(ledger, shardId, reader);
      }
    },
    reset: () => dynamodb.reset(),
    async close() {
      for (const reader of readers.values()) reader[Symbol.dispose]();
      await dynamodb.close();
    },
  };
}

/** A write's answer does not say where its record lies; the stream does. */
async function readPlaces(ledger: Ledger, shardId: string, reader: ShardReader): Promise<void> {
  while (reader.due().dueNow > 0) {
    const { records, ended } = await reader.read(READ_LIMITS, neverAborted);
    for (const { event } of records) {
      const { newImage } = event.detail as { readonly newImage?: { readonly n?: { readonly N: string } } };
      const entry = ledger.entries.get(Number(newImage?.n?.N));
      if (entry) entry.place ??= { shardId, sequenceNumber: BigInt(event.position.sequenceNumber) };
    }
    if (ended) return;
  }
}
