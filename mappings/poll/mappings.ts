import type { Activity } from '../../src/core/activity.ts';
import { type Arn, parseArn } from '../../src/core/arn.ts';
import { type Clock, realClock, sleep } from '../../src/core/clock.ts';
import type { Dispatcher } from '../../src/core/dispatch.ts';
import { HeadwaterError, ServiceError } from '../../src/core/errors.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { EventSourceMappings, MappingFacts } from '../../src/core/mappings.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { PollSource, StreamSource } from '../../src/core/source.ts';
import type { Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import type { TopicSource } from '../../src/core/topic-source.ts';
import { kafkaKind } from './kafka/kafka-kind.ts';
import { SELF_MANAGED_KAFKA } from './kafka/self-managed-source.ts';
import { listMappings } from './mapping/list-mappings.ts';
import { mappingConfiguration } from './mapping/mapping-configuration.ts';
import type { MappingKind } from './mapping/mapping-kind.ts';
import { type LifeParts, MappingLife } from './mapping/mapping-life.ts';
import { MAPPINGS, type MappingRecord, mappingArn } from './mapping/mapping-record.ts';
import { checkNotThere, readMapping, refuseInUse } from './mapping/mapping-request.ts';
import { queueKind } from './queue/queue-kind.ts';
import { Room } from './room.ts';
import { streamKind } from './stream/stream-kind.ts';
import type { StreamSettings } from './stream/stream-settings.ts';

/** What event source mappings are made of. */
export interface MappingsOptions {
  readonly registry: Registry;
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
  /** How many environments the machine runs at most. */
  readonly capacity: number;
}

/** Event source mappings with their life cycle. */
export interface RunningMappings extends EventSourceMappings {
  /** Resumes the stored mappings. */
  start(): Promise<void>;
  /** Forgets all mappings; resolves when their batches in flight are settled. */
  reset(): Promise<void>;
  /** Stops polling and waits, at most that long in real time, for batches in flight. */
  close(deadlineMs: number): Promise<void>;
}

/** Builds the mappings; nothing is taken until `start`. */
export function createMappings(options: MappingsOptions): RunningMappings {
  const { registry, clock, activity, timing, random } = options;
  const lives = new Map<string, MappingLife>();
  const leaving = new Set<Promise<void>>();
  const kindOf = mappingKinds(options);
  const parts: Omit<LifeParts, 'kind'> = {
    ...{ registry, clock, activity, journal: options.journal },
    stateDelayMs: timing.mappingStateDelayMs,
    gone(uuid, forgotten) {
      lives.delete(uuid);
      leaving.add(forgotten);
      void forgotten.catch(() => {}).then(() => leaving.delete(forgotten));
    },
  };
  const requireKind = (arn: Arn) => kindOf(arn) ?? fail(`nothing takes from ${arn}`);
  const begin = (record: MappingRecord) => {
    const life = new MappingLife(record, { ...parts, kind: requireKind(record.sourceArn) });
    lives.set(record.uuid, life);
    return life;
  };
  const show = (record: MappingRecord) => mappingConfiguration(record, requireKind(record.sourceArn));
  const records = () => [...lives.values()].map(({ record }) => record);
  const find = (uuid: unknown, context: RequestContext): MappingLife => {
    const life = lives.get(String(uuid));
    const { account, region } = life?.record ?? {};
    return life && account === context.account && region === context.region ? life : notThere();
  };
  const byArn = (arn: string) => [...lives.values()].find(({ record }) => mappingArn(record) === arn);
  const closeAll = () => Promise.all([...[...lives.values()].map((life) => life.close()), ...leaving]);
  const request = { kindOf, functions: options.functions };

  return {
    async create(input, context) {
      const wanted = await readMapping(request, input, context);
      checkNotThere(kindOf(wanted.sourceArn), wanted, records());
      const nowMs = clock.nowMs();
      const enabled = input['Enabled'] !== false;
      const record: MappingRecord = {
        ...wanted,
        uuid: random.uuid(),
        account: context.account,
        region: context.region,
        createdAtMs: nowMs,
        modifiedAtMs: nowMs,
        state: enabled ? 'Creating' : 'Disabled',
        enabled,
        tags: (input['Tags'] ?? {}) as MappingRecord['tags'],
      };
      const life = begin(record);
      if (enabled) return show(await life.pass(record, 'Creating'));
      await life.keep(record);
      return show(record);
    },
    get: async (uuid, context) => show(find(uuid, context).record),
    list: async (query, context) => listMappings(records(), query, context, show),
    async update(input, context) {
      const life = find(input['UUID'], context);
      refuseInUse(life.record, 'update');
      const wanted = await readMapping(request, input, context, life.record);
      const before = life.record;
      refuseInUse(before, 'update');
      const others = records().filter(({ uuid }) => uuid !== before.uuid);
      checkNotThere(kindOf(wanted.sourceArn), wanted, others);
      const enabled = (input['Enabled'] ?? before.enabled) === true;
      const next = { ...life.record, ...wanted, enabled, modifiedAtMs: clock.nowMs() };
      const through = enabled === before.enabled ? 'Updating' : enabled ? 'Enabling' : 'Disabling';
      return show(await life.pass(next, through));
    },
    async remove(uuid, context) {
      const life = find(uuid, context);
      refuseInUse(life.record, 'delete');
      return show(await life.pass(life.record, 'Deleting'));
    },
    tags: async (arn) => byArn(arn)?.record.tags,
    async setTags(arn, tags) {
      const life = byArn(arn);
      if (life) await life.keep({ ...life.record, tags });
    },
    facts(uuid) {
      const record = lives.get(uuid)?.record;
      return record && mappingFacts(record);
    },
    factsOf: (sourceArn) =>
      records()
        .filter((record) => record.sourceArn === sourceArn)
        .map(mappingFacts),
    async moveCheckpoint(uuid, shardId, to, replay) {
      const record = lives.get(uuid)?.record;
      if (!record) throw new HeadwaterError('UNKNOWN_MAPPING', `There is no mapping ${uuid}`);
      await requireKind(record.sourceArn).moveCheckpoint(record, shardId, to, replay);
    },
    start: () =>
      activity.during('resuming mappings', async () => {
        for (const { value } of await registry.list<MappingRecord>(MAPPINGS)) {
          await begin(value).resume();
        }
      }),
    async reset() {
      await closeAll();
      for (const { uuid, sourceArn } of records()) await requireKind(sourceArn).forget(uuid);
      lives.clear();
      for (const { key } of await registry.list(MAPPINGS)) await registry.remove(key);
    },
    async close(deadlineMs) {
      const giveUp = new AbortController();
      await Promise.race([closeAll(), sleep(realClock, deadlineMs, giveUp.signal).catch(() => {})]);
      giveUp.abort();
    },
    async [Symbol.asyncDispose]() {
      await closeAll();
    },
  };
}

function mappingFacts({ uuid, sourceArn, functionArn, settings }: MappingRecord): MappingFacts {
  const { batchSize, filters, reportsItemFailures } = settings;
  const { parallelizationFactor = 1 } = settings as Partial<StreamSettings>;
  return { uuid, sourceArn, functionArn, batchSize, filters, parallelizationFactor, reportsItemFailures };
}

/** The kinds of mappings by the service of their source's ARN. */
function mappingKinds(options: MappingsOptions): (arn: Arn) => MappingKind | undefined {
  const parts = { ...options, room: new Room(options.capacity) };
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
