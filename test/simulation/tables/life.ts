import { createDynamodb } from '../../../connectors/dynamodb/connector.ts';
import type { ServiceApi } from '../../../src/core/operation.ts';
import { operationFiles } from '../../../src/package-files.ts';
import type { Disk } from '../engine/disk.ts';
import { call, type Ground, openGround } from '../engine/life.ts';
import { TableName } from './request-input.ts';

/** From a start to the stop or crash that ends it: the real connector on the real table store. */
export interface Life {
  readonly ground: Ground;
  readonly api: ServiceApi;
  readonly streamsApi: ServiceApi;
  /** Stops in good order. */
  stop(): Promise<void>;
}

/** A table's stream goes on in a new shard that often. */
const TABLE_SHARD_LIFE_MS = 3 * 60 * 1000;

/** Starts a life on what the earlier ones left on the disk. */
export async function openLife(disk: Disk, options: { readonly nowMs: number; readonly seed: number }): Promise<Life> {
  const ground = await openGround(disk, { ...options, timing: { tableShardLifeMs: TABLE_SHARD_LIFE_MS } });
  const dynamodb = createDynamodb({
    ...ground,
    operations: operationFiles('connectors/dynamodb/api'),
    streamOperations: operationFiles('connectors/dynamodb/streams-api'),
    targets: { find: () => undefined },
  });
  return {
    ...{ ground, api: dynamodb.api, streamsApi: dynamodb.streamsApi },
    async stop() {
      await dynamodb.close();
      await ground[Symbol.asyncDispose]();
    },
  };
}

/** The table of all runs: a sort key of numbers, an index by `v` and `c`, expiry by `ttl`, and a stream of whole items. */
export async function createTable({ api }: Life): Promise<void> {
  await call(api, 'CreateTable', {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'p', AttributeType: 'S' },
      { AttributeName: 's', AttributeType: 'N' },
      { AttributeName: 'v', AttributeType: 'S' },
      { AttributeName: 'c', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'p', KeyType: 'HASH' },
      { AttributeName: 's', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-v',
        KeySchema: [
          { AttributeName: 'v', KeyType: 'HASH' },
          { AttributeName: 'c', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
  await call(api, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification });
}
