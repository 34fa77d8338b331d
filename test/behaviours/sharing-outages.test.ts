// A backend goes away while work is done: requests get AWS's own 503, which all SDKs try again after, mappings wait and go
// on by themselves, and nothing that was acknowledged is lost.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html, "ServiceUnavailable"
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, "ServiceUnavailable"
import { describe, expect, test } from 'vitest';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import { until } from '../support/patience.ts';
import { gate, returned } from './dispatch-fakes.ts';
import { startFakeGateway } from './gateway-fake.ts';
import { CONTEXT, setUpMappings } from './mapping-fakes.ts';
import { setUpStream } from './stream-fakes.ts';

const SECOND = 1000;

const unavailable = () => new BackendUnavailable('Redis at 127.0.0.1:6379', 'there is no connection');

describe('a request', () => {
  const away = async () => {
    throw unavailable();
  };
  const services = {
    sqs: { ListQueues: away },
    kinesis: { ListStreams: away },
    dynamodb: { ListTables: away },
    lambda: { ListFunctions: away },
    s3: { ListBuckets: away },
    iam: { ListRoles: away },
  };
  const json = (target: string, version: string) => ({
    method: 'POST',
    headers: { 'Content-Type': `application/x-amz-json-${version}`, 'X-Amz-Target': target },
    body: '{}',
  });
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const temporary = 'The request has failed due to a temporary failure of the server.';
  test.each([
    ['sqs', '/', json('AmazonSQS.ListQueues', '1.0'), temporary],
    ['sqs, by query', '/', { method: 'POST', headers: form, body: 'Action=ListQueues&Version=2012-11-05' }, temporary],
    ['kinesis', '/', json('Kinesis_20131202.ListStreams', '1.1'), temporary],
    ['dynamodb', '/', json('DynamoDB_20120810.ListTables', '1.0'), temporary],
    ['lambda', '/2015-03-31/functions/', {}, temporary],
    ['iam', '/', { method: 'POST', headers: form, body: 'Action=ListRoles&Version=2010-05-08' }, temporary],
    ['s3', '/', {}, 'Service is unable to handle request.'],
  ])(
    'to %s says that the service is not available, and the journal which backend',
    async (name, path, init, message) => {
      await using fake = await startFakeGateway(services);
      const response = await fetch(`${fake.url}${path}`, init);
      const text = await response.text();
      expect(response.status).toBe(503);
      expect(`${text} ${response.headers.get('x-amzn-errortype')}`).toContain('ServiceUnavailable');
      expect(text).toContain(message);
      expect(text).not.toContain('Redis');
      expect(fake.journal).toContainEqual(
        expect.objectContaining({
          kind: 'fault',
          what: `${name.split(',')[0]}: Redis at 127.0.0.1:6379 is not available: there is no connection`,
        }),
      );
    },
  );
});

describe("a queue's mapping", () => {
  test('keeps its batch while the concurrency limits cannot be asked for, and delivers it then, whatever the clock does', async () => {
    const permits = openPermits();
    let isAway = false;
    let refusals = 0;
    const made = setUpMappings({
      permits: {
        ...permits,
        enter: async (pools) => {
          if (isAway && pools[0]?.name.startsWith('lambda/')) {
            refusals += 1;
            throw unavailable();
          }
          return await permits.enter(pools);
        },
      },
    });
    await made.create();
    isAway = true;
    made.queue.send('a');
    await until(() => refusals === 2);
    expect(made.batches).toEqual([]);
    isAway = false;
    await made.clock.advance(0);
    expect(made.batches).toEqual([['a']]);
    expect(made.queue.messages).toEqual([]);
  });

  test('deletes what was processed once the queue is back', async () => {
    const made = setUpMappings();
    const poller = made.queue.poller.bind(made.queue);
    let failures = 2;
    made.queue.poller = (arn) => {
      const opened = poller(arn);
      return {
        ...opened,
        take: async (limits, signal) =>
          (await opened.take(limits, signal)).map((taken) => ({
            ...taken,
            done: async () => {
              if (failures-- > 0) throw unavailable();
              await taken.done();
            },
          })),
      };
    };
    await made.create();
    made.queue.send('a');
    await made.clock.advance(5 * SECOND);
    expect(made.batches).toEqual([['a']]);
    expect(made.queue.messages).toEqual([]);
  });
});

describe("a stream's mapping", () => {
  test('shows the problem while its stream cannot be read, and goes on where it was', async () => {
    const made = setUpStream();
    const { UUID } = await made.create({ BatchSize: 1 });
    made.stream.put('shard-0', 'a');
    await made.settled();
    const result = async () => (await made.mappings.get(String(UUID), CONTEXT))['LastProcessingResult'];
    const reader = made.stream.reader.bind(made.stream);
    made.stream.reader = async () => {
      throw unavailable();
    };
    // The reader that waits hears of it with the next record.
    made.stream.failingReads = 1;
    made.stream.put('shard-0', 'b', 'c');
    // Time stands still until it can be read again.
    const advancing = made.clock.advance(SECOND);
    const problem = 'PROBLEM: Redis at 127.0.0.1:6379 is not available: there is no connection';
    await expect.poll(result).toBe(problem);
    made.stream.reader = reader;
    await advancing;
    expect(await result()).toBe('OK');
    expect(made.batches).toEqual([['a'], ['b'], ['c']]);
  });

  test('reads nothing twice that its lanes hold when a read fails', async () => {
    const made = setUpStream();
    const stuck = gate<void>();
    made.answer.handler = async () => {
      await stuck.passed;
      return returned('null');
    };
    await made.create({ BatchSize: 1 });
    made.stream.put('shard-0', 'a', 'b');
    await until(() => made.batches.length === 1);
    made.stream.failingReads = 1;
    made.stream.put('shard-0', 'c');
    stuck.open();
    await made.clock.advance(60 * SECOND);
    expect(made.batches).toEqual([['a'], ['b'], ['c']]);
  });
});
