// RFC 8949 (CBOR), its examples in appendix A; and the two protocols that use it: awsJson in CBOR, as the Java SDKs call
// Kinesis, and https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import { decodeCbor, MalformedCbor } from '../../src/gateway/codecs/cbor/decode.ts';
import { encodeCbor } from '../../src/gateway/codecs/cbor/encode.ts';
import { anyText } from '../support/any-text.ts';
import { runSeed } from '../support/seed.ts';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

const SECONDS = { unitsPerSecond: 1 } as const;
const MILLISECONDS = { unitsPerSecond: 1000 } as const;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const decode = (text: string) => decodeCbor(hex(text), SECONDS);

describe('CBOR', () => {
  it.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['c249010000000000000000', 2 ** 64],
    ['c349010000000000000000', -1 - 2 ** 64],
    ['20', -1],
    ['3903e7', -1000],
    ['f98000', -0],
    ['f93c00', 1],
    ['fb3ff199999999999a', 1.1],
    ['f97bff', 65_504],
    ['fa47c35000', 100_000],
    ['f90001', 2 ** -24],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['c11a514b67b0', new Date('2013-03-21T20:04:00Z')],
    ['c1fb41d452d9ec200000', new Date('2013-03-21T20:04:00.500Z')],
    ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['4401020304', hex('01020304')],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['5f42010243030405ff', hex('0102030405')],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ])('reads %s', (text, value) => {
    expect(decode(text)).toEqual(value);
  });

  it.each([
    '',
    '1c',
    '18',
    '62c3',
    'ff',
    '8201',
    '81ff',
    'a1ff01',
    'a10102',
    '5f6161ff',
    '0000',
    'c1ff',
    'f8',
    'c1f97e00',
    'c11bffffffffffffffff',
  ])('refuses %j', (text) => {
    expect(() => decode(text)).toThrow(MalformedCbor);
  });

  it('refuses nesting without end instead of running out of stack', () => {
    expect(() => decodeCbor(Buffer.alloc(1_000_000, 0x81), SECONDS)).toThrow(MalformedCbor);
  });

  it('reads what it wrote', () => {
    const simple = fc.oneof(
      anyText(),
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.double(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
    );
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof(
        { depthSize: 'small' },
        simple,
        fc.array(tie('document')),
        fc.dictionary(fc.string(), tie('document')),
      ),
    }));
    fc.assert(
      fc.property(document, fc.constantFrom(SECONDS, MILLISECONDS), (value, dialect) => {
        expect(decodeCbor(encodeCbor(value, dialect), dialect)).toEqual(value);
      }),
      { seed: runSeed('CBOR') },
    );
  });

  it('leaves out members that are undefined and keeps a key named __proto__', () => {
    expect(encodeCbor({ a: undefined, b: 1 }, SECONDS)).toEqual(hex('a1616201'));
    const parsed = decodeCbor(encodeCbor(JSON.parse('{"__proto__":1}'), SECONDS), SECONDS) as object;
    expect(Object.entries(parsed)).toEqual([['__proto__', 1]]);
  });
});

const ARRIVED = new Date('2026-01-01T00:00:00.250Z');
let fake: FakeGateway;

beforeAll(async () => {
  fake = await startFakeGateway({
    kinesis: {
      PutRecord: async () => ({ ShardId: 'shardId-000000000000', SequenceNumber: '1' }),
      CreateStream: async () => undefined,
      DeleteStream: async () => {
        throw new ServiceError('ResourceNotFoundException', 'Stream s under account 1 not found.');
      },
      GetRecords: async () => ({
        Records: [
          { SequenceNumber: '1', Data: Buffer.from('hi'), PartitionKey: 'k', ApproximateArrivalTimestamp: ARRIVED },
        ],
        MillisBehindLatest: 0,
      }),
      GetShardIterator: async () => ({ ShardIterator: 'i' }),
    },
    sqs: {
      DeleteQueue: async () => {
        throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
      },
    },
    dynamodb: { GetItem: async (input) => ({ Item: input['Key'] }) },
  });
});
afterAll(() => fake[Symbol.asyncDispose]());

async function post(path: string, headers: Readonly<Record<string, string>>, body: Uint8Array) {
  const response = await fetch(`${fake.url}${path}`, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

describe('awsJson in CBOR', () => {
  const call = (operation: string, body: Buffer) =>
    post('/', { 'content-type': 'application/x-amz-cbor-1.1', 'x-amz-target': `Kinesis_20131202.${operation}` }, body);

  it('reads what Jackson writes: maps and strings of indefinite length, bytes as they are', async () => {
    const body = hex('bf 6a53747265616d4e616d65 7f6173ff 6444617461 426869 6c506172746974696f6e4b6579 616b ff');
    const answer = await call('PutRecord', body);
    expect(fake.received.at(-1)?.input).toEqual({ StreamName: 's', Data: Buffer.from('hi'), PartitionKey: 'k' });
    expect(fake.received.at(-1)?.context.protocol).toBe('cbor');
    expect(answer.headers.get('content-type')).toBe('application/x-amz-cbor-1.1');
    expect(decodeCbor(answer.body, MILLISECONDS)).toEqual({ ShardId: 'shardId-000000000000', SequenceNumber: '1' });
  });

  it('has timestamps in milliseconds both ways', async () => {
    const input = { StreamName: 's', ShardId: 'x', ShardIteratorType: 'AT_TIMESTAMP', Timestamp: ARRIVED };
    await call('GetShardIterator', encodeCbor(input, MILLISECONDS));
    expect(fake.received.at(-1)?.input).toEqual(input);
    const { body } = await call('GetRecords', encodeCbor({ ShardIterator: 'i' }, MILLISECONDS));
    expect(body.includes(hex('c1 1b 0000019b76daa8fa'))).toBe(true);
    expect(body.includes(hex('426869'))).toBe(true);
  });

  it('answers nothing with an empty body', async () => {
    const { status, body } = await call('CreateStream', encodeCbor({ StreamName: 's' }, MILLISECONDS));
    expect([status, body.length]).toEqual([200, 0]);
  });

  it('refuses in CBOR', async () => {
    const refused = await call('DeleteStream', encodeCbor({ StreamName: 's' }, MILLISECONDS));
    expect(refused.status).toBe(400);
    expect(decodeCbor(refused.body, MILLISECONDS)).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'Stream s under account 1 not found.',
    });
    const broken = await call('DeleteStream', hex('a1'));
    expect(decodeCbor(broken.body, MILLISECONDS)).toMatchObject({ __type: 'SerializationException' });
    const unknown = await call('Invented', hex('a0'));
    expect(decodeCbor(unknown.body, MILLISECONDS)).toMatchObject({ __type: 'UnknownOperationException' });
  });
});

describe('Smithy RPC in CBOR', () => {
  const call = (service: string, operation: string, body: Buffer) =>
    post(
      `/service/${service}/operation/${operation}`,
      { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
      body,
    );

  it('finds service and operation in the path', async () => {
    const Key = { id: { B: Buffer.from([1, 2]) } };
    const answer = await call('DynamoDB_20120810', 'GetItem', encodeCbor({ TableName: 'table', Key }, SECONDS));
    expect(answer.headers.get('content-type')).toBe('application/cbor');
    expect(answer.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    expect(decodeCbor(answer.body, SECONDS)).toEqual({ Item: Key });
  });

  it('has timestamps in seconds', async () => {
    const { body } = await call('Kinesis_20131202', 'GetRecords', encodeCbor({ ShardIterator: 'i' }, SECONDS));
    expect(decodeCbor(body, SECONDS)).toMatchObject({ Records: [{ ApproximateArrivalTimestamp: ARRIVED }] });
  });

  it('gives an answer without output neither body nor type', async () => {
    const answer = await call('Kinesis_20131202', 'CreateStream', encodeCbor({ StreamName: 's' }, SECONDS));
    expect([answer.body.length, answer.headers.get('content-type')]).toEqual([0, null]);
  });

  it('gives a former query service its former code too', async () => {
    const refused = await call('AmazonSQS', 'DeleteQueue', encodeCbor({ QueueUrl: 'q' }, SECONDS));
    expect(refused.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(decodeCbor(refused.body, SECONDS)).toMatchObject({ __type: 'com.amazonaws.sqs#QueueDoesNotExist' });
  });

  it('names an error with its namespace', async () => {
    const refused = await call('Kinesis_20131202', 'DeleteStream', encodeCbor({ StreamName: 's' }, SECONDS));
    expect(decodeCbor(refused.body, SECONDS)).toMatchObject({
      __type: 'com.amazonaws.kinesis#ResourceNotFoundException',
    });
    const unserved = await call('Polly', 'DescribeVoices', hex('a0'));
    expect(decodeCbor(unserved.body, SECONDS)).toMatchObject({ message: 'Headwater does not serve Polly' });
  });
});
