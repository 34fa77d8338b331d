// Changes of tables that have a stream are published to Kafka, for consumers beside functions: in order, each once, whichever
// process does it. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dynamodbRecord } from '../../mappings/payload/dynamodb.ts';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import type { KafkaLink } from '../../src/backends/kafka/link.ts';
import { committed } from '../../src/backends/kafka/table-relay/last-committed.ts';
import { relayTopicName } from '../../src/backends/kafka/table-relay/relay-topic.ts';
import { createTableRelay } from '../../src/backends/kafka/table-relay/table-relay.ts';
import { takeOver } from '../../src/backends/kafka/table-relay/transactions.ts';
import { asArn } from '../../src/core/arn.ts';
import { DAY, HOUR } from '../../src/core/clock.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { createTestKafka, type TestKafka } from '../support/test-kafka.ts';
import { keyed, startDynamodb } from './dynamodb-fixture.ts';

const STREAM = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } };

describeOn(['kafka'], 'tables’ changes in Kafka', () => {
  let kafka: TestKafka;
  let link: KafkaLink;
  const closing: (() => PromiseLike<void>)[] = [];
  beforeEach(async () => {
    kafka = createTestKafka();
    link = await kafka.open();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await kafka[Symbol.asyncDispose]();
  });

  async function setUp() {
    const subject = startDynamodb();
    const orders = await subject.table('orders', keyed('S', STREAM));
    const stream = asArn((await orders.describe()).LatestStreamArn);
    const leases = openLeases();
    const relay = async (using: Leases = leases) => {
      const { dynamodb, clock, activity } = subject;
      const parts = { streams: dynamodb.tableStreams, source: dynamodb.source, clock, activity, leases: using };
      const started = createTableRelay({
        ...{ ...parts, link: await kafka.open(), told: (what: string) => expect.fail(what) },
        recordText: (record, sourceArn) => dynamodbRecord(record, { sourceArn, region: 'us-east-1' }),
      });
      const end = async () => await started[Symbol.asyncDispose]();
      closing.push(end);
      return end;
    };
    closing.push(() => subject.dynamodb.close());
    const put = (id: string) => orders.put({ id: { S: id } });
    return { ...subject, orders, stream, relay, put, published: () => publishedTo(stream) };
  }

  /** What a consumer gets that reads only what is committed. */
  async function publishedTo(stream: ReturnType<typeof asArn>) {
    const { client, askLeader } = link;
    const at = { partition: 0, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: 2 ** 22 };
    const topics = [{ topicId: relayTopicName(link, stream), partitions: [{ ...at, fetchOffset: 0n }] }];
    const { responses } = await askLeader(topics[0]?.topicId ?? '', 0, 'read', (connection) =>
      client.fetchV12.api.async(connection, 0, 0, 2 ** 22, 1, 0, -1, topics, [], ''),
    );
    const { records = [], abortedTransactions = [] } = responses[0]?.partitions[0] ?? {};
    return committed(records, abortedTransactions).flatMap((batch) =>
      batch.records.map(({ key, value }) => ({ key: `${key}`, record: JSON.parse(`${value}`) })),
    );
  }
  const idsOf = (all: Awaited<ReturnType<typeof publishedTo>>) => all.map(({ record }) => record.dynamodb.Keys.id.S);

  /** Kafka shows what a transaction wrote a moment after it has said that it is committed. */
  const holds = async (published: () => ReturnType<typeof publishedTo>, ids: readonly string[]) =>
    await expect.poll(async () => idsOf(await published())).toEqual(ids);

  test('are what functions get, in their order', async () => {
    const { relay, put, published, activity, stream } = await setUp();
    await put('a');
    await relay();
    await put('b');
    await activity.rest(PATIENCE_MS);
    await holds(published, ['a', 'b']);
    const [first] = await published();
    expect(first?.record).toMatchObject({
      ...{ eventName: 'INSERT', eventSource: 'aws:dynamodb', eventSourceARN: stream },
      dynamodb: { NewImage: { id: { S: 'a' } }, SequenceNumber: expect.any(String) },
    });
  });

  test('go on where the topic ends when another process takes over', async () => {
    const { relay, put, published, activity } = await setUp();
    const end = await relay();
    for (const id of ['a', 'b', 'c']) await put(id);
    await activity.rest(PATIENCE_MS);
    await end();
    await put('d');
    await relay();
    await put('e');
    await activity.rest(PATIENCE_MS);
    await holds(published, ['a', 'b', 'c', 'd', 'e']);
  });

  test('come once though two processes take themselves for the one that publishes', async () => {
    const { relay, put, published } = await setUp();
    // Each has its own idea of who holds the lease.
    await relay(openLeases());
    await relay(openLeases());
    const ids = Array.from({ length: 30 }, (_, each) => `${each}`);
    for (const id of ids) await put(id);
    await holds(published, ids);
  });

  test('of a transaction that its writer did not end do not count', async () => {
    const { relay, put, published, activity, stream } = await setUp();
    const end = await relay();
    await put('a');
    await activity.rest(PATIENCE_MS);
    await end();
    // A process that is killed before it ends its transaction.
    const { client } = link;
    const cut = { ...link, client: { ...client, endTxnV3: { api: { async: () => new Promise<never>(() => {}) } } } };
    const killed = await takeOver(cut as unknown as KafkaLink, relayTopicName(link, stream));
    const headers = { shardId: 'none', sequenceNumber: '999' };
    void killed.write([{ key: 'k', value: '{}', headers, timestampMs: 0 }]);
    await expect.poll(() => endOf(stream)).toBe(3);
    await relay();
    await put('b');
    await activity.rest(PATIENCE_MS);
    await holds(published, ['a', 'b']);
    await expect(killed.write([])).rejects.toThrow();
  });

  async function endOf(stream: ReturnType<typeof asArn>): Promise<number> {
    const topic = relayTopicName(link, stream);
    const wanted = [{ name: topic, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1n }] }];
    const { topics } = await link.askLeader(topic, 0, 'read', (connection) =>
      link.client.listOffsetsV7.api.async(connection, -1, 0, wanted),
    );
    return Number(topics[0]?.partitions[0]?.offset);
  }

  test('go with the stream, a day after the table', async () => {
    const { relay, put, call, activity, clock, stream } = await setUp();
    await relay();
    await put('a');
    await activity.rest(PATIENCE_MS);
    const name = relayTopicName(link, stream);
    expect(await kafka.topics()).toContain(name);
    await call('DeleteTable', { TableName: 'orders' });
    await clock.advance(DAY + HOUR);
    await expect.poll(() => kafka.topics()).not.toContain(name);
  });
});
