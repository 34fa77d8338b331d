import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { dynamodb } from '../support/raw-client.ts';
import { median, type Row, timed } from './measure.ts';
import { openRawClient, postOf, signedFor } from './raw-client.ts';

const CALLS = 2000;
const ROUNDS = 7;
const WIDTH = 8;
const TableName = 'bench';
const DATA = 'x'.repeat(1000);

/** Calls by name, as the n-th of them is sent. */
const OPERATIONS: Readonly<Record<string, (index: number) => object>> = {
  PutItem: (index) => ({ TableName, Item: { p: { S: `p${index % 100}` }, s: { N: `${index}` }, data: { S: DATA } } }),
  GetItem: (index) => ({ TableName, Key: { p: { S: `p${index % 100}` }, s: { N: `${index}` } } }),
  UpdateItem: (index) => ({
    TableName,
    Key: { p: { S: `p${index % 100}` }, s: { N: `${index}` } },
    UpdateExpression: 'ADD hits :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  }),
  Query: (index) => ({
    TableName,
    KeyConditionExpression: 'p = :p',
    ExpressionAttributeValues: { ':p': { S: `p${index % 100}` } },
    Limit: 10,
  }),
};

/** Operations per second of a table with a stream, over kept connections, against bare node:http with the same bytes. */
export async function measureTables(headwater: HeadwaterProcess, bareHttpFile: string): Promise<readonly Row[]> {
  await dynamodb(headwater.endpoint, 'CreateTable', {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'p', AttributeType: 'S' },
      { AttributeName: 's', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'p', KeyType: 'HASH' },
      { AttributeName: 's', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const bare = spawn(process.execPath, [bareHttpFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(bare.stdout, 'data')) as [Buffer];
  const rows: Row[] = [];
  for (const [operation, inputOf] of Object.entries(OPERATIONS)) {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization: signedFor('dynamodb'),
    };
    const requests = Array.from({ length: CALLS }, (_, index) => postOf('/', headers, JSON.stringify(inputOf(index))));
    const figures = { ours: [] as number[], floor: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      figures.floor.push(await callsPerSecond(line.toString().trim(), requests));
      figures.ours.push(await callsPerSecond(headwater.endpoint, requests));
    }
    rows.push({
      what: `table: ${operation} of 1 KB items`,
      // The first rounds warm up.
      ours: median(figures.ours.slice(2)),
      floor: median(figures.floor.slice(2)),
      floorName: 'bare node:http',
      unit: 'calls/s',
      aim: { value: 0.3, atLeast: true },
    });
  }
  bare.kill();
  return rows;
}

/** Calls per second with `WIDTH` kept connections. */
async function callsPerSecond(endpoint: string, requests: readonly Buffer[]): Promise<number> {
  const clients = await Promise.all(Array.from({ length: WIDTH }, () => openRawClient(endpoint)));
  const left = requests.values();
  const tookMs = await timed(() =>
    Promise.all(
      clients.map(async (client) => {
        for (const request of left) await client.call(request);
      }),
    ),
  );
  for (const client of clients) client.close();
  return (requests.length * 1000) / tookMs;
}
