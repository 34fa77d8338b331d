import type { Activity } from '../../src/core/activity.ts';
import { type Arn, parseArn, type Scope } from '../../src/core/arn.ts';
import { type Clock, realClock, sleep } from '../../src/core/clock.ts';
import type { Dispatcher } from '../../src/core/dispatch.ts';
import { HeadwaterError, ServiceError } from '../../src/core/errors.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { TopicSource } from '../../src/core/kafka/topic-source.ts';
import type { EventSourceMappings, MappingFacts } from '../../src/core/mappings.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { Permits } from '../../src/core/ports/permits.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { PollSource, StreamSource } from '../../src/core/source.ts';
import type { Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { inTurn } from '../../src/core/waiting/in-turn.ts';
import { kafkaKind } from './kafka/kafka-kind.ts';
import { SELF_MANAGED_KAFKA } from './kafka/self-managed-source.ts';
import { listMappings } from './mapping/list-mappings.ts';
import { mappingConfiguration } from './mapping/mapping-configuration.ts';
import type { MappingKind } from './mapping/mapping-kind.ts';
import { MappingLives, whileAway } from './mapping/mapping-lives.ts';
import {
  isPassing,
  type MappingName,
  type MappingRecord,
  type MappingState,
  mappingOfArn,
  settledState,
} from './mapping/mapping-record.ts';
import { checkNotThere, type MappingRequest, readMapping, refuseInUse } from './mapping/mapping-request.ts';
import { mappingStore } from './mapping/mapping-store.ts';
import { queueKind } from './queue/queue-kind.ts';
import { Room } from './room.ts';
import { ShardLeases } from './stream/shard/shard-leases.ts';
import { streamKind } from './stream/stream-kind.ts';
import type { StreamSettings } from './stream/stream-settings.ts';

/** What event source mappings are made of. */
export interface MappingsOptions {
  readonly registry: Registry;
  /** Each shard of a mapping is read by one process at a time. */
  readonly leases: Leases;
  /** Concurrent batches of a queue's mapping are counted over all processes. */
  readonly permits: Permits;
  /** Queues by ARN service, e.g. `sqs`. */
  readonly sources: ReadonlyMap<string, PollSource>;
  /** Streams by ARN service: `kinesis`, `dynamodb`. */
  readonly streams: ReadonlyMap<string, StreamSource>;
  /** Topics of self-managed Kafka clusters; mappings of these are refused when absent. */
  readonly topics?: TopicSource | undefined;
  /** Where a stream's mapping sends what it gave up. */
  readonly targets: Targets;
  readonly functions: FunctionDirectory;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  /** Takes what Lambda publishes of mappings; nobody does when absent. */
  readonly metrics?: Metrics | undefined;
  /** How many environments the machine runs at most. */
  readonly capacity: number;
}

/** Event source mappings with their life cycle. */
export interface RunningMappings extends EventSourceMappings {
  /** Runs the mappings that are stored, and what other processes store from then on. */
  start(): Promise<void>;
  /** Forgets all mappings; resolves when their batches in flight are settled. */
  reset(): Promise<void>;
  /** Stops polling and waits, at most that long in real time, for batches in flight. */
  close(deadlineMs: number): Promise<void>;
}

/** Builds the mappings; those that are stored run from `start` on. */
export function createMappings(options: MappingsOptions): RunningMappings {
  const { clock, activity, timing, random } = options;
  const shardLeases = new ShardLeases(options.leases);
  const kindOf = mappingKinds(options, shardLeases);
  const requireKind = (arn: Arn) => kindOf(arn) ?? fail(`nothing takes from ${arn}`);
  const store = mappingStore(options.registry);
  const lives = new MappingLives({ store, clock, activity, journal: options.journal, kindOf: requireKind });
  const show = (record: MappingRecord) => mappingConfiguration(record, requireKind(record.sourceArn));
  const find = async (uuid: unknown, { account, region }: RequestContext): Promise<MappingRecord> => {
    const name = { account, region, uuid: String(uuid) };
    const record = await store.find(name).catch((error: unknown) => {
      const known = lives.record(name.uuid);
      return known && whileAway(known, error);
    });
    return record ?? notThere();
  };
  const request = { kindOf, functions: options.functions };
  const turns = inTurn(options.leases);
  /** Stores it unless that made a twin of another mapping; two at a time would not see each other. */
  const unlessTwin =
    (wanted: MappingRequest & Pick<MappingRecord, 'uuid'>, scope: Scope) =>
    <T>(storing: () => Promise<T>): Promise<T> =>
      turns(`mappings-of/${wanted.sourceArn}`, async () => {
        const others = (await store.list(scope)).filter(({ uuid }) => uuid !== wanted.uuid);
        checkNotThere(kindOf(wanted.sourceArn), wanted, others);
        return await storing();
      });

  /** Stores what a passing state leads to, or the passing state while that takes time, and goes by it. */
  const pass = async (
    name: MappingName,
    through: MappingState,
    next: (current: MappingRecord) => MappingRecord,
    during = <T>(storing: () => Promise<T>) => storing(),
  ) => {
    const delayMs = timing.mappingStateDelayMs;
    let passing: MappingRecord | undefined;
    const change = (current: MappingRecord) => {
      passing = { ...next(current), state: through, revision: (current.revision ?? 0) + 1 };
      return throughPassing(passing, delayMs > 0 ? clock.nowMs() + delayMs : undefined);
    };
    const stored = await during(() => store.change(name, change));
    if (!stored || !passing) return notThere();
    if (stored.state === 'Deleting' && delayMs === 0) await store.remove(name);
    if (delayMs === 0) lives.note(stored, stored.state === 'Deleting' ? 'is deleted' : `is ${stored.state}`);
    await lives.follow(name);
    return show(passing);
  };

  return {
    async create(input, context) {
      const wanted = await readMapping(request, input, context);
      const nowMs = clock.nowMs();
      const enabled = input['Enabled'] !== false;
      const created: MappingRecord = {
        ...wanted,
        uuid: random.uuid(),
        account: context.account,
        region: context.region,
        createdAtMs: nowMs,
        modifiedAtMs: nowMs,
        state: enabled ? 'Creating' : 'Disabled',
        enabled,
        revision: 1,
        tags: (input['Tags'] ?? {}) as MappingRecord['tags'],
      };
      const delayMs = timing.mappingStateDelayMs;
      const record = throughPassing(created, delayMs > 0 ? nowMs + delayMs : undefined);
      await unlessTwin(record, context)(() => store.create(record));
      if (enabled && !isPassing(record)) lives.note(record, `is ${record.state}`);
      await lives.follow(record);
      return show(created);
    },
    get: async (uuid, context) => show(await find(uuid, context)),
    async list(query, context) {
      const records = await store.list(context).catch((error: unknown) => {
        return lives.records.map((record) => whileAway(record, error));
      });
      return listMappings(records, query, context, show);
    },
    async update(input, context) {
      const before = await find(input['UUID'], context);
      refuseInUse(before, 'update');
      const wanted = await readMapping(request, input, context, before);
      const enabled = (input['Enabled'] ?? before.enabled) === true;
      const through = enabled === before.enabled ? 'Updating' : enabled ? 'Enabling' : 'Disabling';
      const change = (current: MappingRecord) => {
        refuseInUse(current, 'update');
        return { ...current, ...wanted, enabled, modifiedAtMs: clock.nowMs() };
      };
      return await pass(before, through, change, unlessTwin({ ...wanted, uuid: before.uuid }, context));
    },
    async remove(uuid, context) {
      return await pass(await find(uuid, context), 'Deleting', (current) => {
        refuseInUse(current, 'delete');
        return current;
      });
    },
    async tags(arn) {
      const name = mappingOfArn(arn);
      return name && (await store.find(name))?.tags;
    },
    async setTags(arn, tags) {
      const name = mappingOfArn(arn);
      if (name) await store.change(name, (current) => ({ ...current, tags }));
    },
    facts(uuid) {
      const record = lives.record(uuid);
      return record && mappingFacts(record);
    },
    factsOf: (sourceArn) => lives.records.filter((record) => record.sourceArn === sourceArn).map(mappingFacts),
    async moveCheckpoint(uuid, shardId, to, replay) {
      const record = lives.record(uuid);
      if (!record) throw new HeadwaterError('UNKNOWN_MAPPING', `There is no mapping ${uuid}`);
      await requireKind(record.sourceArn).moveCheckpoint(record, shardId, to, replay);
      // Whichever process reads the shard hears of it.
      await store.change(record, (current) => ({ ...current, moves: (current.moves ?? 0) + 1 }));
    },
    start: () => lives.start(),
    async reset() {
      for (const record of await store.list()) {
        await store.remove(record);
        await lives.follow(record);
      }
      await lives.forgotten();
    },
    async close(deadlineMs) {
      const giveUp = new AbortController();
      await Promise.race([lives.close(), sleep(realClock, deadlineMs, giveUp.signal).catch(() => {})]);
      giveUp.abort();
      shardLeases[Symbol.dispose]();
    },
    async [Symbol.asyncDispose]() {
      await lives.close();
      shardLeases[Symbol.dispose]();
    },
  };
}

/** The record to store: on its way until then, or there at once. What is deleted at once is not stored any more. */
function throughPassing(passing: MappingRecord, settlesAtMs: number | undefined): MappingRecord {
  if (!isPassing(passing)) return passing;
  if (settlesAtMs !== undefined) return { ...passing, settlesAtMs };
  return { ...passing, state: settledState(passing) ?? passing.state };
}

function mappingFacts({ uuid, sourceArn, functionArn, settings }: MappingRecord): MappingFacts {
  const { batchSize, filters, reportsItemFailures } = settings;
  const { parallelizationFactor = 1 } = settings as Partial<StreamSettings>;
  return { uuid, sourceArn, functionArn, batchSize, filters, parallelizationFactor, reportsItemFailures };
}

/** The kinds of mappings by the service of their source's ARN. */
function mappingKinds(options: MappingsOptions, shardLeases: ShardLeases): (arn: Arn) => MappingKind | undefined {
  const parts = { ...options, shardLeases, room: new Room(options.capacity) };
  const kinds = new Map<string, MappingKind>();
  for (const [service, source] of options.sources) kinds.set(service, queueKind(source, parts));
  for (const [service, source] of options.streams) kinds.set(service, streamKind(source, parts));
  if (options.topics) kinds.set(SELF_MANAGED_KAFKA, kafkaKind({ ...parts, source: options.topics }));
  return (arn) => kinds.get(parseArn(arn)?.service ?? '');
}

function fail(what: string): never {
  throw new Error(what);
}

function notThere(): never {
  const message = 'The resource you requested does not exist.';
  throw new ServiceError('ResourceNotFoundException', message, {
    status: 404,
    members: { Type: 'User' },
  });
}
