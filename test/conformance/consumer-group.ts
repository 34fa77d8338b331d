// What `ConsumerGroups` promises, whatever it runs on.
import { expect, test } from 'vitest';
import {
  type Cluster,
  ClusterFault,
  type ConsumerGroups,
  type GroupMember,
  type Membership,
  type PartitionOffsets,
  type TopicRecord,
} from '../../src/core/ports/consumer-group.ts';
import { systemRandom } from '../../src/core/random.ts';
import { until } from '../support/patience.ts';

/** A record to be put somewhere. */
export interface PutRecord {
  readonly key?: string;
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timestampMs?: number;
}

/** A driver, with a cluster that others write to. */
export interface ConsumerGroupSubject extends AsyncDisposable {
  readonly groups: ConsumerGroups;
  readonly cluster: Cluster;
  /** Makes a topic; resolves with its name. */
  topic(partitions: number): Promise<string>;
  put(topic: string, partition: number, ...records: readonly PutRecord[]): Promise<void>;
}

const never = new AbortController().signal;
const NONE: PartitionOffsets = new Map();
const texts = (records: readonly TopicRecord[]) => records.map(({ value }) => Buffer.from(value ?? '').toString());
const places = (records: readonly TopicRecord[]) => records.map(({ partition, offset }) => `${partition}:${offset}`);
const offset = (...offsets: readonly number[]): PartitionOffsets =>
  new Map(offsets.map((each, index) => [index, each]));

/** Runs the suite; `open` makes a driver. */
export function describeConsumerGroups(open: () => Promise<ConsumerGroupSubject>): void {
  const within = (work: (subject: ConsumerGroupSubject & { join: Join }) => Promise<void>) => async () => {
    await using subject = await open();
    await work({ ...subject, join: joinIn(subject) });
  };

  test(
    'says how many partitions a topic has and how long it keeps a record',
    within(async ({ groups, cluster, topic }) => {
      const name = await topic(3);
      const { partitions, retentionMs } = await groups.topic(cluster, name);
      expect(partitions).toBe(3);
      expect(retentionMs).toBeGreaterThan(0);
    }),
  );

  test(
    'says where reading a topic would begin',
    within(async ({ groups, cluster, topic, put }) => {
      const name = await topic(2);
      await put(name, 0, { value: 'a', timestampMs: 1000 }, { value: 'b', timestampMs: 2000 });
      await put(name, 1, { value: 'c', timestampMs: 3000 });
      expect(await groups.offsets(cluster, name, { at: 'trim-horizon' })).toEqual(offset(0, 0));
      expect(await groups.offsets(cluster, name, { at: 'latest' })).toEqual(offset(2, 1));
      expect(await groups.offsets(cluster, name, { at: 'timestamp', timestampMs: 1500 })).toEqual(offset(1, 0));
      expect(await groups.offsets(cluster, name, { at: 'timestamp', timestampMs: 9000 })).toEqual(offset(2, 1));
    }),
  );

  test(
    'refuses a topic that is not there, and makes none',
    within(async ({ groups, cluster }) => {
      const name = `none-${systemRandom.uuid()}`;
      for (const asked of [
        () => groups.topic(cluster, name),
        () => groups.offsets(cluster, name, { at: 'latest' }),
        () => groups.send(cluster, name, [{ key: undefined, value: Buffer.from('a') }]),
        () => groups.topic(cluster, name),
      ]) {
        const refused = await asked().catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(ClusterFault);
        expect((refused as ClusterFault).kind).toBe('no-topic');
      }
    }),
  );

  test(
    'hands out the records of a partition in order, as they were written',
    within(async ({ join, topic, put }) => {
      const name = await topic(1);
      await put(
        name,
        0,
        { key: 'k', value: 'a', headers: { h: 'x' }, timestampMs: 1234 },
        { value: 'b' },
        { value: null },
      );
      await using member = join(name);
      const records = await takeMany(member, 3);
      expect(records).toMatchObject([
        { topic: name, partition: 0, offset: 0, timestampMs: 1234, timestampType: 'CREATE_TIME' },
        { offset: 1, key: undefined, headers: [] },
        { offset: 2, value: undefined },
      ]);
      expect(texts(records)).toEqual(['a', 'b', '']);
      expect(Buffer.from(records[0]?.key ?? '').toString()).toBe('k');
      expect(records[0]?.headers.map(([header, value]) => [header, Buffer.from(value).toString()])).toEqual([
        ['h', 'x'],
      ]);
    }),
  );

  test(
    'hands out what several partitions hold',
    within(async ({ join, topic, put }) => {
      const name = await topic(2);
      await put(name, 0, ...Array.from({ length: 500 }, (_, index) => ({ value: `a${index}` })));
      await put(name, 1, { value: 'b' });
      await using member = join(name);
      const records = await takeUntil(member, (taken) => texts(taken).includes('b'));
      // Which comes first depends on when the cluster answers for which.
      expect(records.length).toBeLessThanOrEqual(501);
    }),
  );

  test(
    'waits for records that are written later',
    within(async ({ join, topic, put }) => {
      const name = await topic(1);
      await using member = join(name);
      await until(() => member.due().dueNow === 0);
      const taken = member.take({ maxRecords: 10 }, never);
      await put(name, 0, { value: 'late' });
      expect(texts(await taken)).toEqual(['late']);
    }),
  );

  test(
    'takes nothing for who no longer waits, and loses nothing by it',
    within(async ({ join, topic, put }) => {
      const name = await topic(1);
      await using member = join(name);
      const waiting = new AbortController();
      const taken = member.take({ maxRecords: 10 }, waiting.signal);
      waiting.abort();
      expect(await taken).toEqual([]);
      await put(name, 0, { value: 'a' });
      expect(texts(await takeMany(member, 1))).toEqual(['a']);
    }),
  );

  test(
    'counts what waits, from the moment it joins',
    within(async ({ join, topic, put }) => {
      const name = await topic(1);
      await put(name, 0, { value: 'a' }, { value: 'b' });
      await using member = join(name);
      expect(member.due().dueNow).toBeGreaterThan(0);
      await takeMany(member, 2);
      await until(() => member.due().dueNow === 0);
    }),
  );

  test(
    'begins where it is told while the group has committed nothing, and at the oldest record elsewhere',
    within(async ({ join, topic, put }) => {
      const name = await topic(2);
      await put(name, 0, { value: 'a' }, { value: 'b' });
      await put(name, 1, { value: 'c' });
      await using member = join(name, { beginnings: new Map([[0, 1]]) });
      expect(places(await takeMany(member, 2)).sort()).toEqual(['0:1', '1:0']);
    }),
  );

  test(
    'goes on where the group has committed, whatever it is told to begin at',
    within(async ({ groups, cluster, join, topic, put }) => {
      const name = await topic(1);
      await put(name, 0, { value: 'a' }, { value: 'b' }, { value: 'c' });
      const groupId = systemRandom.uuid();
      const first = join(name, { groupId });
      await takeMany(first, 2);
      await first.commit(offset(2));
      await first[Symbol.asyncDispose]();
      expect(await groups.committed(cluster, name, groupId)).toEqual(offset(2));
      await using second = join(name, { groupId, beginnings: offset(0) });
      expect(texts(await takeMany(second, 1))).toEqual(['c']);
    }),
  );

  test(
    'gives what was taken and not committed to the next member',
    within(async ({ join, topic, put }) => {
      const name = await topic(1);
      await put(name, 0, { value: 'a' });
      const groupId = systemRandom.uuid();
      const first = join(name, { groupId });
      const [record] = await takeMany(first, 1);
      await first[Symbol.asyncDispose]();
      expect(record?.hold.held).toBe(false);
      await using second = join(name, { groupId });
      expect(texts(await takeMany(second, 1))).toEqual(['a']);
    }),
  );

  test(
    'shares the partitions between members, and says whose records are another’s now',
    within(async ({ join, topic, put }) => {
      const name = await topic(2);
      await put(name, 0, { value: 'a' });
      await put(name, 1, { value: 'b' });
      const groupId = systemRandom.uuid();
      let losses = 0;
      await using first = join(name, { groupId, lost: () => losses++ });
      const before = await takeMany(first, 2);
      await using second = join(name, { groupId });
      const [moved] = await takeMany(second, 1);
      expect(losses).toBeGreaterThan(0);
      const held = before.filter(({ hold }) => hold.held);
      expect(held.map(({ partition }) => partition)).toEqual([moved?.partition === 0 ? 1 : 0]);
      // What it goes on holding it does not read again.
      await put(name, held[0]?.partition ?? 0, { value: 'c' });
      expect(texts(await takeMany(first, 1))).toEqual(['c']);
    }),
  );

  test(
    'settles what it holds through a change of members, and nothing of what it lost',
    within(async ({ groups, cluster, join, topic, put }) => {
      const name = await topic(2);
      await put(name, 0, { value: 'a' });
      await put(name, 1, { value: 'b' });
      const groupId = systemRandom.uuid();
      await using first = join(name, { groupId });
      const before = await takeMany(first, 2);
      await using second = join(name, { groupId });
      const [moved] = await takeMany(second, 1);
      await first.commit(offset(1, 1));
      const committed = await groups.committed(cluster, name, groupId);
      const kept = before.find(({ hold }) => hold.held)?.partition ?? -1;
      expect(committed).toEqual(new Map([[kept, 1]]));
      expect(moved?.partition).not.toBe(kept);
    }),
  );

  test(
    'takes over everything from a member that leaves',
    within(async ({ join, topic, put }) => {
      const name = await topic(4);
      const groupId = systemRandom.uuid();
      const first = join(name, { groupId });
      await using second = join(name, { groupId });
      for (const partition of [0, 1, 2, 3]) await put(name, partition, { value: `p${partition}` });
      await takeMany(second, 1);
      await first[Symbol.asyncDispose]();
      for (const partition of [0, 1, 2, 3]) await put(name, partition, { value: `q${partition}` });
      const all = await takeUntil(
        second,
        (records) => texts(records).filter((text) => text.startsWith('q')).length === 4,
      );
      expect(new Set(all.map(({ partition }) => partition)).size).toBe(4);
    }),
  );

  test(
    'writes messages that others read, those of one key in their order',
    within(async ({ groups, cluster, join, topic }) => {
      const name = await topic(3);
      const key = Buffer.from('key');
      await groups.send(cluster, name, [
        { key, value: Buffer.from('1') },
        { key, value: Buffer.from('2') },
      ]);
      await groups.send(cluster, name, [{ key, value: Buffer.from('3') }]);
      await using member = join(name);
      const records = await takeMany(member, 3);
      expect(texts(records)).toEqual(['1', '2', '3']);
      expect(new Set(records.map(({ partition }) => partition)).size).toBe(1);
    }),
  );
}

type Join = (topic: string, membership?: Partial<Membership>) => GroupMember;

const joinIn =
  ({ groups, cluster }: ConsumerGroupSubject): Join =>
  (topic, membership) =>
    groups.join({
      ...{ topic, groupId: systemRandom.uuid(), beginnings: NONE, lost: () => {}, told: () => {} },
      cluster: async () => cluster,
      ...membership,
    });

const takeMany = (member: GroupMember, count: number) => takeUntil(member, (records) => records.length >= count);

/** Takes until it has what is wanted. */
async function takeUntil(
  member: GroupMember,
  isEnough: (records: readonly TopicRecord[]) => boolean,
): Promise<readonly TopicRecord[]> {
  const records: TopicRecord[] = [];
  while (!isEnough(records)) records.push(...(await member.take({ maxRecords: 100 }, never)));
  return records;
}
