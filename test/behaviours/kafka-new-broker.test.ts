// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
// A broker that has just started loads its groups when it is first asked for one, and until then answers that it cannot say.
// No mapping tells of that as of a cluster that cannot be used.
import kafkajs, { type Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import { openConsumerGroups } from '../../src/backends/kafka/consumer-group/consumer-groups.ts';

const CLUSTER = { brokers: ['broker:9092'] };

const answered = (type: string, code: number, retriable: boolean) =>
  Object.assign(new kafkajs.KafkaJSProtocolError(type), { type, code, retriable });
const LOADING = answered('GROUP_LOAD_IN_PROGRESS', 14, true);
/** The client has tried again by itself, and given up. */
const NO_COORDINATOR = new Error('tried', { cause: answered('GROUP_COORDINATOR_NOT_AVAILABLE', 15, true) });

/** Groups of a cluster that refuses the first so many questions; nobody waits there in real time. */
function setUp(refusals: number, refusal: Error = LOADING) {
  const seen = { asked: 0, open: 0, waitedMs: [] as number[] };
  const admin = {
    connect: async () => void seen.open++,
    disconnect: async () => void seen.open--,
    async fetchOffsets() {
      if (seen.asked++ < refusals) throw refusal;
      return [{ topic: 'orders', partitions: [{ partition: 0, offset: '7', metadata: null }] }];
    },
  };
  const clock = {
    nowMs: () => 0,
    setTimer(delayMs: number, fire: () => void) {
      seen.waitedMs.push(delayMs);
      queueMicrotask(fire);
      return { [Symbol.dispose]: () => {} };
    },
  };
  const client = async () => ({ admin: () => admin }) as unknown as Kafka;
  const groups = openConsumerGroups({ asking: { client, clock } });
  return { seen, committed: () => groups.committed(CLUSTER, 'orders', 'group') };
}

test.each([
  ['loads its groups', LOADING],
  ['has nobody yet to coordinate them', NO_COORDINATOR],
])('what a group has committed is asked again while the broker %s', async (_, refusal) => {
  const { committed, seen } = setUp(3, refusal);
  expect(await committed()).toEqual(new Map([[0, 7]]));
  expect(seen).toEqual({ asked: 4, open: 0, waitedMs: [50, 100, 200] });
});

test('one that goes on loading is told of after some seconds', async () => {
  const { committed, seen } = setUp(Number.POSITIVE_INFINITY);
  await expect(committed()).rejects.toMatchObject({ name: 'ClusterFault', kind: 'unreachable' });
  expect(seen).toEqual({ asked: 7, open: 0, waitedMs: [50, 100, 200, 400, 800, 1000] });
});

test('other refusals are told of at once, also those that the client would try again', async () => {
  const refused = setUp(1, answered('GROUP_AUTHORIZATION_FAILED', 30, false));
  await expect(refused.committed()).rejects.toMatchObject({ kind: 'not-authorized' });
  const unknown = setUp(1, answered('UNKNOWN_TOPIC_OR_PARTITION', 3, true));
  await expect(unknown.committed()).rejects.toMatchObject({ kind: 'no-topic' });
  const unreachable = setUp(1, new Error('connect ECONNREFUSED'));
  await expect(unreachable.committed()).rejects.toMatchObject({ kind: 'unreachable' });
  expect([refused, unknown, unreachable].map(({ seen }) => seen.asked)).toEqual([1, 1, 1]);
});
