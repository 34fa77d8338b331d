// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html: what answers of DynamoDB,
// its streams and Kinesis carry, and how bad input is refused before an operation sees it; the texts are kept in
// https://github.com/architect/dynalite and https://github.com/mhart/kinesalite, whose author compared them with AWS.
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

let fake: FakeGateway;

beforeAll(async () => {
  const done = async () => ({});
  const absent = async () => {
    throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
  };
  fake = await startFakeGateway({
    dynamodb: {
      PutItem: async (input) => ({ Attributes: input['Item'] }),
      UpdateItem: done,
      Scan: done,
      BatchWriteItem: done,
      DescribeTable: absent,
      TagResource: async () => undefined,
      TransactWriteItems: async () => {
        throw new ServiceError('TransactionCanceledException', 'Transaction cancelled', {
          members: { CancellationReasons: [{ Code: 'None' }] },
        });
      },
    },
    dynamodbstreams: { ListStreams: done, DescribeStream: absent },
    kinesis: {
      ListStreams: done,
      DescribeStream: absent,
      GetShardIterator: done,
      DeleteStream: done,
      PutRecords: done,
    },
  });
});
afterAll(() => fake[Symbol.asyncDispose]());

const PREFIXES = {
  dynamodb: 'DynamoDB_20120810',
  dynamodbstreams: 'DynamoDBStreams_20120810',
  kinesis: 'Kinesis_20131202',
} as const;

async function call(service: keyof typeof PREFIXES, operation: string, input: unknown) {
  const response = await fetch(fake.url, {
    method: 'POST',
    headers: { 'x-amz-target': `${PREFIXES[service]}.${operation}` },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

describe('an answer', () => {
  it('of DynamoDB carries its checksum and an id of 52 characters, an error too', async () => {
    for (const [operation, input] of [
      ['Scan', { TableName: 'table' }],
      ['DescribeTable', { TableName: 'table' }],
    ] as const) {
      const { headers, text } = await call('dynamodb', operation, input);
      expect(headers.get('x-amz-crc32')).toBe(String(crc32(text)));
      expect(headers.get('x-amzn-requestid')).toMatch(/^[A-Z0-9]{52}$/);
      expect(headers.get('content-type')).toBe('application/x-amz-json-1.0');
    }
  });

  it('of Kinesis carries a second id', async () => {
    const { headers } = await call('kinesis', 'ListStreams', {});
    expect(headers.get('x-amz-id-2')).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(headers.get('x-amz-crc32')).toBeNull();
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1');
  });

  it('without output is empty', async () => {
    const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/table';
    expect((await call('dynamodb', 'TagResource', { ResourceArn, Tags: [] })).text).toBe('');
    expect((await call('kinesis', 'DeleteStream', { StreamName: 's' })).text).toBe('');
  });

  it('keeps an attribute called __proto__', async () => {
    const input = '{"TableName":"table","Item":{"__proto__":{"S":"kept"}}}';
    expect((await call('dynamodb', 'PutItem', input)).text).toBe('{"Attributes":{"__proto__":{"S":"kept"}}}');
  });
});

describe('an error', () => {
  it('is named with its namespace by DynamoDB, and bare by Kinesis', async () => {
    const type = async (service: keyof typeof PREFIXES, operation: string, input: unknown) =>
      (await call(service, operation, input)).body.__type;
    const namespace = 'com.amazonaws.dynamodb.v20120810';
    const StreamArn = `arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/${'1'.repeat(20)}`;
    expect(await type('dynamodb', 'DescribeTable', { TableName: 'table' })).toBe(
      `${namespace}#ResourceNotFoundException`,
    );
    expect(await type('dynamodbstreams', 'DescribeStream', { StreamArn })).toBe(
      `${namespace}#ResourceNotFoundException`,
    );
    expect(await type('kinesis', 'DescribeStream', { StreamName: 's' })).toBe('ResourceNotFoundException');
    expect(await type('dynamodb', 'Scan', {})).toBe('com.amazon.coral.validate#ValidationException');
    expect(await type('kinesis', 'DeleteStream', { StreamName: '!' })).toBe('ValidationException');
    expect(await type('dynamodb', 'Invented', {})).toBe('com.amazon.coral.service#UnknownOperationException');
    expect(await type('kinesis', 'Invented', {})).toBe('UnknownOperationException');
    expect(await type('dynamodb', 'Scan', '[')).toBe('com.amazon.coral.service#SerializationException');
  });

  it('has its message where its model says', async () => {
    const { body } = await call('dynamodb', 'TransactWriteItems', { TransactItems: [{}] });
    expect(body).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: 'Transaction cancelled',
      CancellationReasons: [{ Code: 'None' }],
    });
    expect((await call('dynamodb', 'DescribeTable', { TableName: 'table' })).body.message).toBe(
      'Requested resource not found',
    );
  });
});

describe('bad input', () => {
  it.each([
    ['a text where a value belongs', { Item: { id: 'a' } }, 'Unexpected value type in payload'],
    ['a number where its text belongs', { Item: { id: { N: 5 } } }, 'NUMBER_VALUE cannot be converted to String'],
    ['a fraction', { Item: { id: { N: 5.5 } } }, 'DECIMAL_VALUE cannot be converted to String'],
    ['a truth', { Item: { id: { S: true } } }, 'TRUE_VALUE cannot be converted to String'],
    ['a list for a text', { Item: { id: { S: [] } } }, 'Unrecognized collection type class java.lang.String'],
    ['an object for a text', { Item: { id: { S: {} } } }, 'Start of structure or map found where not expected'],
    ['a text for a map', { Item: 'a' }, 'Unexpected field type'],
    [
      'a list for a map',
      { Item: [] },
      'Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>',
    ],
    [
      'a list for a value',
      { Item: { id: [] } },
      'Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue',
    ],
    ['a number for bytes', { Item: { id: { B: 1 } } }, 'only base-64-encoded strings are convertible to bytes'],
    [
      'cut base64',
      { Item: { id: { B: 'abc' } } },
      'Base64 encoded length is expected a multiple of 4 bytes but found: 3',
    ],
  ])('of DynamoDB is refused by its place in the document: %s', async (_, input, message) => {
    const { status, body } = await call('dynamodb', 'PutItem', { TableName: 'table', ...input });
    expect([status, body]).toEqual([
      400,
      { __type: 'com.amazon.coral.service#SerializationException', Message: message },
    ]);
  });

  it('nested without end is refused instead of running out of stack', async () => {
    const deep = '{"L":['.repeat(100_000) + ']}'.repeat(100_000);
    const { status, body } = await call('dynamodb', 'PutItem', `{"TableName":"table","Item":{"id":${deep}}}`);
    expect([status, body.__type]).toEqual([400, 'com.amazon.coral.service#SerializationException']);
  });

  it('is named with its pattern before its length, and sets in an order of their own', async () => {
    const constraint = 'failed to satisfy constraint: Member must';
    expect((await call('kinesis', 'DeleteStream', { StreamName: '' })).body.message).toBe(
      `2 validation errors detected: Value '' at 'streamName' ${constraint} satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'streamName' ${constraint} have length greater than or equal to 1`,
    );
    const iterator = { StreamName: 's', ShardId: 'x', ShardIteratorType: 'FIRST' };
    expect((await call('kinesis', 'GetShardIterator', iterator)).body.message).toBe(
      `1 validation error detected: Value 'FIRST' at 'shardIteratorType' ${constraint} satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]`,
    );
    expect((await call('dynamodb', 'Scan', { TableName: 'table', Select: 'ALL' })).body.message).toBe(
      `1 validation error detected: Value 'ALL' at 'select' ${constraint} satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]`,
    );
  });

  it('with a fraction where a whole number belongs loses the fraction', async () => {
    await call('kinesis', 'ListStreams', { Limit: 5.9 });
    expect(fake.received.at(-1)?.input).toEqual({ Limit: 5 });
  });

  it('without a structure in a list is named by its place', async () => {
    const { body } = await call('kinesis', 'PutRecords', { StreamName: 's', Records: [null] });
    expect(body.message).toBe(
      "1 validation error detected: Value null at 'records.1.member' failed to satisfy constraint: Member must not be null",
    );
  });

  it('of a list in a map is named with the map', async () => {
    expect((await call('dynamodb', 'BatchWriteItem', { RequestItems: { table: [] } })).body.message).toBe(
      "1 validation error detected: Value '{table=[]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
    );
  });

  it('is named no more than ten times', async () => {
    const requests = Array.from({ length: 11 }, () => ({ PutRequest: {} }));
    const { body } = await call('dynamodb', 'BatchWriteItem', { RequestItems: { table: requests } });
    expect(body.message).toMatch(
      /^10 validation errors detected: Value null at 'requestItems\.table\.member\.1\.member\.putRequest\.item' failed/,
    );
    expect(body.message.split('; ')).toHaveLength(10);
  });
});
