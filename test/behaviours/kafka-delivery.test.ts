// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-configure.html
// Lambda reads each partition in order, puts several into one batch, and commits a batch's offsets once it has succeeded.
import { describe, expect, test } from 'vitest';
import { until } from '../support/patience.ts';
import { gate, returned, setUpDispatch } from './dispatch-fakes.ts';
import { failsOnBad, setUpKafka } from './kafka-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';

describe('an event', () => {
  test('is what AWS documents', async () => {
    const { cluster, create, calls, settled } = setUpKafka();
    cluster.put('orders', 0, {
      key: 'recordKey',
      value: 'Hello, this is a test.',
      headers: { headerKey: Buffer.from([104, 0, 255, 128]) },
      timestampMs: 1545084650987,
    });
    cluster.put('orders', 0, { value: null, timestampMs: 1545084650988 });
    await create({ SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['a:9092', 'b:9092'] } } });
    await settled();
    expect(JSON.parse(Buffer.from(calls[0]?.request.payload ?? '').toString())).toEqual({
      eventSource: 'SelfManagedKafka',
      bootstrapServers: 'a:9092,b:9092',
      records: {
        'orders-0': [
          {
            topic: 'orders',
            partition: 0,
            offset: 0,
            timestamp: 1545084650987,
            timestampType: 'CREATE_TIME',
            key: 'cmVjb3JkS2V5',
            value: 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==',
            headers: [{ headerKey: [104, 0, -1, -128] }],
          },
          {
            ...{ topic: 'orders', partition: 0, offset: 1, timestamp: 1545084650988, timestampType: 'CREATE_TIME' },
            headers: [],
          },
        ],
      },
    });
    expect(calls[0]?.request).toMatchObject({ trigger: 'kafka', eventIds: ['orders-0:0', 'orders-0:1'] });
  });
});

describe('a batch', () => {
  test('holds records of several partitions, those of each in their order', async () => {
    const { cluster, create, events, settled } = setUpKafka({ partitions: 2 });
    cluster.put('orders', 0, 'a', 'b');
    cluster.put('orders', 1, 'c');
    await create();
    await settled();
    expect(events).toHaveLength(1);
    expect(
      Object.entries(events[0]?.records ?? {}).map(([place, all]) => [place, all.map(({ offset }) => offset)]),
    ).toEqual([
      ['orders-0', [0, 1]],
      ['orders-1', [0]],
    ]);
  });

  test('has at most as many records as the batch size', async () => {
    const { cluster, create, batches, settled } = setUpKafka();
    cluster.put('orders', 0, 'a', 'b', 'c');
    await create({ BatchSize: 2 });
    await settled();
    expect(batches()).toEqual([['a', 'b'], ['c']]);
  });

  test('waits half a second for more when nobody has said how long', async () => {
    const { cluster, create, batches, clock, settled } = setUpKafka();
    await create({ MaximumBatchingWindowInSeconds: undefined });
    await clock.advance(1000);
    cluster.put('orders', 0, 'a');
    await settled();
    expect(batches()).toEqual([]);
    await clock.advance(400);
    cluster.put('orders', 0, 'b');
    await clock.advance(100);
    expect(batches()).toEqual([['a', 'b']]);
  });

  test('stays below 6 MB', async () => {
    const { cluster, create, calls, settled } = setUpKafka();
    for (let each = 0; each < 5; each++) cluster.put('orders', 0, 'x'.repeat(1024 * 1024));
    await create();
    await settled();
    const sizes = calls.map(({ request }) => request.payload.length);
    expect(sizes.map((size) => Math.round(size / 1024 / 1024))).toEqual([5, 1]);
  });

  test('follows the one before it once that has succeeded', async () => {
    const { cluster, create, answer, batches, settled } = setUpKafka();
    const first = gate<void>();
    answer.handler = async () => {
      await first.passed;
      return returned('null');
    };
    cluster.put('orders', 0, 'a');
    await create();
    await until(() => batches().length === 1);
    cluster.put('orders', 0, 'b');
    await new Promise(setImmediate);
    expect(batches()).toEqual([['a']]);
    first.open();
    await settled();
    expect(batches()).toEqual([['a'], ['b']]);
  });

  test('is committed when it has succeeded, and not before', async () => {
    const { cluster, create, answer, batches, committed, settled } = setUpKafka();
    const first = gate<void>();
    answer.handler = async () => {
      await first.passed;
      return returned('null');
    };
    cluster.put('orders', 0, 'a', 'b');
    const { UUID } = await create();
    await until(() => batches().length === 1);
    expect(committed(UUID)).toEqual({});
    first.open();
    await settled();
    expect(committed(UUID)).toEqual({ 0: 2 });
  });
});

describe('reading begins', () => {
  const start = async (input: Record<string, unknown>) => {
    const made = setUpKafka();
    made.cluster.put('orders', 0, { value: 'old', timestampMs: made.clock.nowMs() - 60_000 });
    made.cluster.put('orders', 0, { value: 'recent', timestampMs: made.clock.nowMs() - 1000 });
    await made.create(input);
    made.cluster.put('orders', 0, 'new');
    await made.settled();
    return made.batches().flat();
  };

  test('at the oldest record with TRIM_HORIZON, and by default', async () => {
    expect(await start({ StartingPosition: 'TRIM_HORIZON' })).toEqual(['old', 'recent', 'new']);
    expect(await start({})).toEqual(['old', 'recent', 'new']);
  });

  test('behind the newest record with LATEST', async () => {
    expect(await start({ StartingPosition: 'LATEST' })).toEqual(['new']);
  });

  test('at the first record of that time with AT_TIMESTAMP', async () => {
    const StartingPositionTimestamp = new Date(setUpDispatch().clock.nowMs() - 30_000);
    expect(await start({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp })).toEqual(['recent', 'new']);
  });

  test('where the consumer group has committed, whatever the starting position', async () => {
    const { cluster, create, batches, settled } = setUpKafka();
    cluster.put('orders', 0, 'a', 'b', 'c');
    cluster.group('group').committed.set(0, 1);
    await create({ SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'group' }, StartingPosition: 'LATEST' });
    await settled();
    expect(batches()).toEqual([['b', 'c']]);
  });

  test('where it was when the mapping is enabled again', async () => {
    const { cluster, create, mappings, batches, settled } = setUpKafka();
    const { UUID } = await create({ StartingPosition: 'LATEST' });
    cluster.put('orders', 0, 'a');
    await settled();
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    cluster.put('orders', 0, 'b');
    await settled();
    expect(batches()).toEqual([['a']]);
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    await settled();
    expect(batches()).toEqual([['a'], ['b']]);
  });

  test('where LATEST was first decided, in whichever process its partition is read', async () => {
    const first = setUpKafka();
    first.cluster.put('orders', 0, 'old');
    await first.create({ StartingPosition: 'LATEST' });
    await first.mappings.close(1000);
    first.cluster.put('orders', 0, 'new');
    const second = setUpKafka({ registry: first.registry, cluster: first.cluster });
    await second.mappings.start();
    await second.settled();
    expect(second.batches()).toEqual([['new']]);
  });
});

describe('filters', () => {
  const delivered = async (pattern: object, ...values: readonly (string | Uint8Array)[]) => {
    const { cluster, create, batches, settled } = setUpKafka();
    cluster.put('orders', 0, ...values.map((value) => ({ key: 'k', value })));
    await create({ FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] } });
    await settled();
    return batches().flat();
  };

  // https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html
  test('see JSON values', async () => {
    const pattern = { value: { device_ID: [{ prefix: 'AB' }] } };
    expect(await delivered(pattern, '{"device_ID":"AB1"}', '{"device_ID":"CD1"}')).toEqual(['{"device_ID":"AB1"}']);
  });

  test('see plain values', async () => {
    expect(await delivered({ value: [{ 'anything-but': ['error'] }] }, 'error', 'fine')).toEqual(['fine']);
  });

  test('see keys and metadata', async () => {
    expect(await delivered({ key: ['k'], partition: [0] }, 'a')).toEqual(['a']);
    expect(await delivered({ key: ['other'] }, 'a')).toEqual([]);
    expect(await delivered({ offset: [{ numeric: ['>', 0] }] }, 'a', 'b')).toEqual(['b']);
  });

  test('do not judge values of another form than their own', async () => {
    expect(await delivered({ value: { a: [1] } }, 'plain')).toEqual(['plain']);
    expect(await delivered({ value: ['plain'] }, '{"a":1}')).toEqual(['{"a":1}']);
    const latin = Buffer.from([0x66, 0xfc, 0x72]);
    expect(await delivered({ value: ['x'] }, latin)).toEqual([latin.toString()]);
    expect(await delivered({ value: { a: [1] }, partition: [7] }, 'plain')).toEqual([]);
  });

  test('pass by what they keep out', async () => {
    const { cluster, create, committed, settled } = setUpKafka();
    cluster.put('orders', 0, 'a', 'b', 'a');
    const { UUID } = await create({ FilterCriteria: { Filters: [{ Pattern: '{"value":["b"]}' }] } });
    await settled();
    expect(committed(UUID)).toEqual({ 0: 3 });
  });
});

describe('several processes', () => {
  test('share the partitions of a mapping', async () => {
    const first = setUpKafka({ partitions: 4 });
    await first.create();
    const second = setUpKafka({ registry: first.registry, cluster: first.cluster });
    await second.mappings.start();
    for (const partition of [0, 1, 2, 3]) first.cluster.put('orders', partition, `p${partition}`);
    await first.settled();
    await second.settled();
    expect([first.batches(), second.batches()].map((each) => each.flat())).toEqual([
      ['p0', 'p2'],
      ['p1', 'p3'],
    ]);
  });

  test('deliver again what another had in flight when a partition moved, and the other commits none of it', async () => {
    const first = setUpKafka({ partitions: 2 });
    const finish = gate<void>();
    first.answer.handler = async () => {
      await finish.passed;
      return returned('null');
    };
    first.cluster.put('orders', 0, 'a');
    first.cluster.put('orders', 1, 'b');
    const { UUID } = await first.create();
    await until(() => first.events.length === 1);
    const second = setUpKafka({ registry: first.registry, cluster: first.cluster });
    await second.mappings.start();
    await second.settled();
    expect(second.batches()).toEqual([['b']]);
    first.cluster.put('orders', 1, 'c');
    await second.settled();
    finish.open();
    await first.settled();
    expect(first.committed(UUID)).toEqual({ 0: 1, 1: 2 });
    expect(first.batches()).toEqual([['a', 'b']]);
  });

  test('retry alone what they still hold', async () => {
    const first = setUpKafka({ partitions: 2 });
    first.answer.handler = failsOnBad;
    first.cluster.put('orders', 0, 'bad');
    first.cluster.put('orders', 1, 'b');
    await first.create();
    await first.settled();
    const second = setUpKafka({ registry: first.registry, cluster: first.cluster });
    await second.mappings.start();
    await second.settled();
    await first.clock.advance(1000);
    expect(first.batches().slice(0, 2)).toEqual([['bad', 'b'], ['bad']]);
    expect(first.batches().slice(1).flat()).not.toContain('b');
    expect(second.batches()).toEqual([['b']]);
  });
});

describe('a cluster that cannot be used', () => {
  test('does not keep a mapping from being made, and is read once it can', async () => {
    const { cluster, create, show, answer, entries } = setUpKafka();
    const delivered = gate<void>();
    answer.handler = () => {
      delivered.open();
      return returned('null');
    };
    cluster.put('orders', 0, 'a');
    cluster.goAway();
    const { UUID } = await create();
    expect(await show(UUID)).toMatchObject({
      State: 'Enabled',
      LastProcessingResult: 'PROBLEM: Connection error. Please check your event source connection configuration.',
    });
    cluster.comeBack();
    await delivered.passed;
    expect(entries.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
  });

  test('is told in LastProcessingResult, and so is its return', async () => {
    const { cluster, create, show, settled } = setUpKafka();
    const { UUID } = await create();
    await settled();
    cluster.goAway('login-refused');
    await settled();
    expect((await show(UUID))['LastProcessingResult']).toBe('PROBLEM: SASL authentication failed.');
    cluster.comeBack();
    await settled();
    expect((await show(UUID))['LastProcessingResult']).toBe('OK');
  });

  test('is committed to when it is back, and nothing is delivered twice', async () => {
    const { cluster, create, answer, batches, committed, settled } = setUpKafka();
    const first = gate<void>();
    answer.handler = async () => {
      await first.passed;
      return returned('null');
    };
    cluster.put('orders', 0, 'a');
    const { UUID } = await create();
    await until(() => batches().length === 1);
    cluster.goAway();
    first.open();
    await new Promise(setImmediate);
    cluster.put('orders', 0, 'b');
    cluster.comeBack();
    await settled();
    expect(committed(UUID)).toEqual({ 0: 2 });
    expect(batches()).toEqual([['a'], ['b']]);
  });

  test('does not keep a mapping from being deleted', async () => {
    const { cluster, create, mappings, registry, settled } = setUpKafka();
    const { UUID } = await create();
    await settled();
    cluster.goAway();
    await mappings.remove(String(UUID), CONTEXT);
    await settled();
    expect(await registry.list('lambda-')).toEqual([]);
  });
});
