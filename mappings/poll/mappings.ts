import type { Activity } from '../../src/core/activity.ts';
import { parseArn } from '../../src/core/arn.ts';
import { type Clock, realClock, sleep } from '../../src/core/clock.ts';
import type { Dispatcher } from '../../src/core/dispatch.ts';
import { HeadwaterError, ServiceError } from '../../src/core/errors.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { EventSourceMappings } from '../../src/core/mappings.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { PollSource } from '../../src/core/source.ts';
import type { Timing } from '../../src/core/timing.ts';
import { listMappings } from './list-mappings.ts';
import { type LifeParts, MappingLife } from './mapping-life.ts';
import { MAPPINGS, type MappingRecord, mappingArn, mappingConfiguration } from './mapping-record.ts';
import { checkNotThere, readMapping, refuseInUse } from './mapping-request.ts';
import { runQueueMapping } from './queue-runner.ts';
import { Room } from './room.ts';

/** What event source mappings are made of. */
export interface MappingsOptions {
  readonly registry: Registry;
  /** By ARN service, e.g. `sqs`. */
  readonly sources: ReadonlyMap<string, PollSource>;
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

/** Builds the mappings; nothing polls until `start`. */
export function createMappings(options: MappingsOptions): RunningMappings {
  const { registry, clock, activity, timing, random } = options;
  const lives = new Map<string, MappingLife>();
  const room = new Room(options.capacity);
  const parts: LifeParts = {
    registry,
    clock,
    activity,
    journal: options.journal,
    stateDelayMs: timing.mappingStateDelayMs,
    run(record) {
      const source = options.sources.get(parseArn(record.sourceArn)?.service ?? '');
      if (!source) throw new Error(`nothing polls ${record.sourceArn}`);
      return runQueueMapping(record, { ...options, source, room });
    },
    gone: (uuid) => lives.delete(uuid),
  };
  const records = () => [...lives.values()].map(({ record }) => record);
  const find = (uuid: unknown, context: RequestContext): MappingLife => {
    const life = lives.get(String(uuid));
    const { account, region } = life?.record ?? {};
    return life && account === context.account && region === context.region ? life : notThere();
  };
  const byArn = (arn: string) => [...lives.values()].find(({ record }) => mappingArn(record) === arn);
  const closeAll = () => Promise.all([...lives.values()].map((life) => life.close()));

  return {
    async create(input, context) {
      const request = await readMapping(options, input, context);
      checkNotThere(request, records());
      const nowMs = clock.nowMs();
      const enabled = input['Enabled'] !== false;
      const record: MappingRecord = {
        ...request,
        uuid: random.uuid(),
        account: context.account,
        region: context.region,
        createdAtMs: nowMs,
        modifiedAtMs: nowMs,
        state: enabled ? 'Creating' : 'Disabled',
        enabled,
        tags: (input['Tags'] ?? {}) as MappingRecord['tags'],
      };
      const life = new MappingLife(record, parts);
      lives.set(record.uuid, life);
      if (enabled) return mappingConfiguration(await life.pass(record, 'Creating'));
      await life.keep(record);
      return mappingConfiguration(record);
    },
    get: async (uuid, context) => mappingConfiguration(find(uuid, context).record),
    list: async (query, context) => listMappings(records(), query, context),
    async update(input, context) {
      const life = find(input['UUID'], context);
      refuseInUse(life.record, 'update');
      const request = await readMapping(options, input, context, life.record);
      const before = life.record;
      refuseInUse(before, 'update');
      checkNotThere(
        request,
        records().filter(({ uuid }) => uuid !== before.uuid),
      );
      const enabled = (input['Enabled'] ?? before.enabled) === true;
      const next = { ...before, ...request, enabled, modifiedAtMs: clock.nowMs() };
      const through = enabled === before.enabled ? 'Updating' : enabled ? 'Enabling' : 'Disabling';
      return mappingConfiguration(await life.pass(next, through));
    },
    async remove(uuid, context) {
      const life = find(uuid, context);
      refuseInUse(life.record, 'delete');
      return mappingConfiguration(await life.pass(life.record, 'Deleting'));
    },
    tags: async (arn) => byArn(arn)?.record.tags,
    async setTags(arn, tags) {
      const life = byArn(arn);
      if (life) await life.keep({ ...life.record, tags });
    },
    facts(uuid) {
      const record = lives.get(uuid)?.record;
      if (!record) return undefined;
      const { sourceArn, functionArn, settings } = record;
      return { uuid, sourceArn, functionArn, batchSize: settings.batchSize, filters: settings.filters };
    },
    async moveCheckpoint(uuid) {
      const known = lives.has(uuid);
      throw known
        ? new HeadwaterError('NOT_A_STREAM', `Mapping ${uuid} takes from a queue, which has no checkpoints`)
        : new HeadwaterError('UNKNOWN_MAPPING', `There is no mapping ${uuid}`);
    },
    start: () =>
      activity.during('resuming mappings', async () => {
        for (const { value } of await registry.list<MappingRecord>(MAPPINGS)) {
          const life = new MappingLife(value, parts);
          lives.set(value.uuid, life);
          await life.resume();
        }
      }),
    async reset() {
      await closeAll();
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

function notThere(): never {
  const message = 'The resource you requested does not exist.';
  throw new ServiceError('ResourceNotFoundException', message, {
    status: 404,
    members: { Type: 'User' },
  });
}
