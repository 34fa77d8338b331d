// A Kafka cluster in memory, and the mappings that take from it, on the virtual clock of the dispatch fakes.
import { createKafka } from '../../connectors/kafka/connector.ts';
import { createMappings, type MappingsOptions } from '../../mappings/poll/mappings.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import type { Due } from '../../src/core/activity.ts';
import type { InvokeRequest } from '../../src/core/dispatch.ts';
import {
  ClusterFault,
  type ClusterFaultKind,
  type ConsumerGroups,
  type GroupMember,
  type Membership,
  type OutgoingMessage,
  type PartitionOffsets,
  type TopicRecord,
  type TopicStart,
} from '../../src/core/ports/consumer-group.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Secret, Secrets } from '../../src/core/ports/secrets.ts';
import { createListeners } from '../../src/core/waiting/listeners.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type FakeFunction, FUNCTION, fakeFunction, returned, setUpDispatch, threw } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';

/** A record to be put somewhere. */
export interface PutRecord {
  readonly key?: string;
  readonly value: string | Uint8Array | null;
  readonly headers?: Readonly<Record<string, string | Uint8Array>>;
  readonly timestampMs?: number;
}

type StoredRecord = Omit<TopicRecord, 'hold'>;

interface FakeGroup {
  readonly committed: Map<number, number>;
  readonly members: Set<FakeMember>;
}

/** A cluster of one broker that keeps everything. */
export class FakeCluster implements ConsumerGroups {
  readonly driver = 'fake';
  readonly topics = new Map<string, StoredRecord[][]>();
  readonly groups = new Map<string, FakeGroup>();
  readonly changes = createListeners<'change'>();
  retentionMs = Number.POSITIVE_INFINITY;
  fault: ClusterFault | undefined;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  make(topic: string, partitions = 1): void {
    this.topics.set(
      topic,
      Array.from({ length: partitions }, () => []),
    );
  }

  put(topic: string, partition: number, ...records: readonly (PutRecord | string)[]): void {
    const log = this.log(topic, partition);
    for (const record of records) {
      const { key, value, headers, timestampMs } =
        typeof record === 'string' ? ({ value: record } as PutRecord) : record;
      log.push({
        ...{ topic, partition, offset: log.length, timestampType: 'CREATE_TIME' },
        timestampMs: timestampMs ?? this.#nowMs(),
        key: key === undefined ? undefined : Buffer.from(key),
        value: value === null ? undefined : Buffer.from(value),
        headers: Object.entries(headers ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes)]),
      });
    }
    this.changes.tell('change');
  }

  /** Nothing can be asked of it until {@link comeBack}. */
  goAway(kind: ClusterFaultKind = 'unreachable'): void {
    this.fault = new ClusterFault(kind, ['broker:9092'], 'it is away');
    for (const { members } of this.groups.values()) for (const member of members) member.membership.told(this.fault);
    this.changes.tell('change');
  }

  comeBack(): void {
    this.fault = undefined;
    for (const { members } of this.groups.values()) for (const member of members) member.membership.told(undefined);
    this.changes.tell('change');
  }

  async topic(_cluster: unknown, topic: string) {
    this.checkUp();
    return { partitions: this.partitions(topic).length, retentionMs: this.retentionMs };
  }

  async offsets(_cluster: unknown, topic: string, from: TopicStart): Promise<PartitionOffsets> {
    this.checkUp();
    const fromMs = from.at === 'timestamp' ? from.timestampMs : from.at === 'latest' ? Number.POSITIVE_INFINITY : 0;
    const firstOf = (log: readonly StoredRecord[]) => {
      const first = log.findIndex(({ timestampMs }) => timestampMs >= fromMs);
      return first < 0 ? log.length : first;
    };
    return new Map(this.partitions(topic).map((log, partition) => [partition, firstOf(log)]));
  }

  async committed(_cluster: unknown, _topic: string, groupId: string): Promise<PartitionOffsets> {
    this.checkUp();
    return new Map(this.group(groupId).committed);
  }

  join(membership: Membership): GroupMember {
    const member = new FakeMember(this, membership);
    this.group(membership.groupId).members.add(member);
    this.share(membership.groupId);
    membership.told(this.fault);
    return member;
  }

  async send(_cluster: unknown, topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    this.checkUp();
    this.partitions(topic);
    for (const { key, value } of messages) {
      this.put(topic, 0, { value, ...(key ? { key: Buffer.from(key).toString() } : {}) });
    }
  }

  /** Gives each member its part of the partitions. */
  share(groupId: string): void {
    const members = [...this.group(groupId).members];
    for (const [index, member] of members.entries()) {
      const logs = this.topics.get(member.membership.topic) ?? [];
      member.hold([...logs.keys()].filter((partition) => partition % members.length === index));
    }
    this.changes.tell('change');
  }

  group(groupId: string): FakeGroup {
    const group = this.groups.get(groupId) ?? { committed: new Map(), members: new Set() };
    this.groups.set(groupId, group);
    return group;
  }

  log(topic: string, partition: number): StoredRecord[] {
    const log = this.partitions(topic)[partition];
    if (!log) throw new Error(`no partition ${partition}`);
    return log;
  }

  partitions(topic: string): StoredRecord[][] {
    const logs = this.topics.get(topic);
    if (!logs) throw new ClusterFault('no-topic', ['broker:9092'], `no topic ${topic}`);
    return logs;
  }

  checkUp(): void {
    if (this.fault) throw this.fault;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { members } of this.groups.values()) {
      for (const member of [...members]) await member[Symbol.asyncDispose]();
    }
  }
}

class FakeMember implements GroupMember {
  readonly membership: Membership;
  readonly #cluster: FakeCluster;
  readonly #held = new Map<number, { readonly hold: { held: boolean }; next: number }>();
  #gone = false;

  constructor(cluster: FakeCluster, membership: Membership) {
    this.#cluster = cluster;
    this.membership = membership;
  }

  hold(partitions: readonly number[]): void {
    const { groupId, beginnings, lost } = this.membership;
    const gone = [...this.#held].filter(([partition]) => !partitions.includes(partition));
    for (const [partition, { hold }] of gone) {
      hold.held = false;
      this.#held.delete(partition);
    }
    if (gone.length > 0) lost();
    const { committed } = this.#cluster.group(groupId);
    for (const partition of partitions) {
      const next = committed.get(partition) ?? beginnings.get(partition) ?? 0;
      if (!this.#held.has(partition)) this.#held.set(partition, { hold: { held: true }, next });
    }
  }

  async take({ maxRecords }: { readonly maxRecords: number }, signal: AbortSignal): Promise<readonly TopicRecord[]> {
    while (!signal.aborted && !this.#gone) {
      const taken = this.#cluster.fault ? [] : this.#draw(maxRecords);
      if (taken.length > 0) return taken;
      await this.#change(signal);
    }
    return [];
  }

  due(): Due {
    if (this.#cluster.fault) return { dueNow: 0 };
    let dueNow = 0;
    for (const [partition, { next }] of this.#held) dueNow += this.#log(partition).length - next;
    return { dueNow };
  }

  async commit(offsets: PartitionOffsets): Promise<void> {
    const { committed } = this.#cluster.group(this.membership.groupId);
    for (const [partition, offset] of offsets) {
      const held = this.#held.get(partition);
      while (held?.hold.held && this.#cluster.fault && !this.#gone) await this.#change();
      if (held?.hold.held && !this.#gone) committed.set(partition, offset);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    const { groupId } = this.membership;
    this.hold([]);
    this.#cluster.group(groupId).members.delete(this);
    this.#cluster.share(groupId);
  }

  #draw(maxRecords: number): readonly TopicRecord[] {
    const taken: TopicRecord[] = [];
    for (let found = true; found && taken.length < maxRecords; ) {
      found = false;
      for (const [partition, held] of this.#held) {
        const record = this.#log(partition)[held.next];
        if (!record || taken.length >= maxRecords) continue;
        found = true;
        held.next++;
        taken.push({ ...record, hold: held.hold });
      }
    }
    return taken;
  }

  #log(partition: number): readonly StoredRecord[] {
    return this.#cluster.log(this.membership.topic, partition);
  }

  #change(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        heard[Symbol.dispose]();
        resolve();
      };
      const heard = this.#cluster.changes.add('change', go);
      signal?.addEventListener('abort', go, { once: true });
    });
  }
}

/** One record of an event as functions see it. */
export interface SeenKafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key?: string;
  readonly value?: string;
}

/** An event as functions see it. */
export interface SeenKafkaEvent {
  readonly eventSource: string;
  readonly bootstrapServers: string;
  readonly records: Readonly<Record<string, readonly SeenKafkaRecord[]>>;
}

export const kafkaEventOf = ({ payload }: Pick<InvokeRequest, 'payload'>) =>
  JSON.parse(Buffer.from(payload).toString()) as SeenKafkaEvent;

/** The texts of an event's records, partition by partition. */
export const valuesOf = (event: SeenKafkaEvent): string[] =>
  Object.values(event.records)
    .flat()
    .map(({ value = '' }) => Buffer.from(value, 'base64').toString());

/** A function that fails for batches with a value that begins with `bad`. */
export const failsOnBad: FakeFunction['handler'] = (request) =>
  valuesOf(kafkaEventOf(request)).some((text) => text.startsWith('bad')) ? threw('bad record') : returned('null');

/** A function that reports each record whose value begins with `bad`. */
export const reportsBad: FakeFunction['handler'] = (request) => {
  const failed = Object.entries(kafkaEventOf(request).records).flatMap(([partition, records]) =>
    records
      .filter((record) => valuesOf({ records: { x: [record] } } as never)[0]?.startsWith('bad'))
      .map(({ offset }) => ({
        itemIdentifier: { partition, offset },
      })),
  );
  return returned(JSON.stringify({ batchItemFailures: failed }));
};

/** What a mapping asks for that needs no password. */
export const IN_NETWORK = [{ Type: 'VPC_SUBNET', URI: 'subnet:subnet-1' }];
export const PROVISIONED = { ProvisionedPollerConfig: { MinimumPollers: 1 } };

/** Mappings of the topic `orders` of a cluster in memory to the function `fn`; `batches` notes what each invocation got, and when. */
export function setUpKafka(
  options: Parameters<typeof setUpDispatch>[0] & {
    readonly partitions?: number;
    readonly secrets?: Readonly<Record<string, Secret>>;
    readonly registry?: Registry;
    readonly cluster?: FakeCluster;
    /** Real clusters instead of the one in memory. */
    readonly groups?: ConsumerGroups;
    readonly parts?: ReturnType<typeof setUpDispatch>;
  } = {},
) {
  const parts = options.parts ?? setUpDispatch(options);
  const cluster = options.cluster ?? new FakeCluster(() => parts.clock.nowMs());
  if (!options.cluster) cluster.make('orders', options.partitions);
  const known = options.secrets ?? {};
  const secrets: Secrets = { place: 'secrets.json', find: async (name) => known[name] };
  const kafka = createKafka({ groups: options.groups ?? cluster, secrets });
  const startMs = parts.clock.nowMs();
  const events: SeenKafkaEvent[] = [];
  const times: number[] = [];
  const answer = { handler: (() => returned('null')) as FakeFunction['handler'] };
  const fn = fakeFunction((request) => {
    events.push(kafkaEventOf(request));
    times.push(parts.clock.nowMs() - startMs);
    return answer.handler(request);
  });
  parts.functions.set(FUNCTION, fn);
  const registry = options.registry ?? openRegistry(openMemoryStore());
  const mappingsOptions: MappingsOptions = {
    ...parts,
    registry,
    sources: new Map(),
    streams: new Map(),
    topics: kafka.source,
    functions: parts.directory,
    capacity: options.capacity ?? 100,
  };
  const mappings = createMappings(mappingsOptions);
  const create = (input: Record<string, unknown> = {}) =>
    mappings.create(
      {
        FunctionName: 'fn',
        SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['broker:9092'] } },
        Topics: ['orders'],
        SourceAccessConfigurations: IN_NETWORK,
        // Of what is not about windows, each test is spared the wait for one.
        MaximumBatchingWindowInSeconds: 0,
        ...input,
      },
      CONTEXT,
    );
  const show = async (uuid: unknown) => await mappings.get(String(uuid), CONTEXT);
  const settled = () => parts.activity.rest(PATIENCE_MS);
  return {
    ...{
      ...parts,
      parts,
      cluster,
      kafka,
      events,
      times,
      answer,
      fn,
      registry,
      mappings,
      mappingsOptions,
      create,
      show,
      settled,
    },
    batches: () => events.map(valuesOf),
    committed: (uuid: unknown) => Object.fromEntries(cluster.group(String(uuid)).committed),
  };
}
