import type { Registry } from '../../../src/core/ports/registry.ts';
import type { StreamSource } from '../../../src/core/source.ts';
import type { MappingKind } from '../mapping/mapping-kind.ts';
import { refuse } from '../mapping/mapping-settings.ts';
import type { Room } from '../room.ts';
import { Turns } from '../turns.ts';
import { checkpointStore } from './checkpoint/checkpoint-store.ts';
import { requireDestination } from './failure/on-failure.ts';
import { moveTo } from './move-checkpoint.ts';
import type { ShardLeases } from './shard/shard-leases.ts';
import type { ShardParts } from './shard-runner.ts';
import { requireDataPatterns } from './stream-filters.ts';
import { streamFormat } from './stream-format.ts';
import { StreamRunner } from './stream-runner.ts';
import { readStreamSettings, type StreamMapping, type StreamSettings, streamMembers } from './stream-settings.ts';

/** What mappings of streams need. */
export type StreamKindParts = Omit<ShardParts, 'source' | 'turns'> & {
  readonly registry: Registry;
  readonly shardLeases: ShardLeases;
  readonly room: Room;
};

/** Mappings of streams: shards are read in order, and where the mapping stands in each is kept. */
export function streamKind(source: StreamSource, parts: StreamKindParts): MappingKind {
  const format = streamFormat(source.service);
  const runners = new Map<string, StreamRunner>();
  const checkpointsOf = (uuid: string) => checkpointStore(parts.registry, uuid);
  return {
    stateReason: 'User action',
    async readSettings({ input, sourceArn, current }) {
      const before = current as StreamSettings | undefined;
      const settings = readStreamSettings(input, { arn: sourceArn, nowMs: parts.clock.nowMs() }, before);
      if (settings.filters !== before?.filters) requireDataPatterns(settings.filters, format.dataKey);
      if (!current && !(await source.describe(sourceArn))) refuse(`Stream not found: ${sourceArn}`);
      if (settings.onFailure && settings.onFailure !== before?.onFailure) {
        await requireDestination(parts.targets, settings.onFailure);
      }
      return settings;
    },
    // The spaces inside the quotes are AWS's own.
    twinMessage: ({ sourceArn, functionName, uuid }) =>
      `The event source arn (" ${sourceArn} ") and function (" ${functionName} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    members: (record) => streamMembers(record as StreamMapping),
    run(record, processed) {
      const { uuid } = record;
      const earlier = runners.get(uuid);
      const turns = new Turns(parts.room);
      const leases = parts.shardLeases;
      const all = { ...parts, source, format, processed, turns, leases, checkpoints: checkpointsOf(uuid) };
      const runner = new StreamRunner(record as StreamMapping, all, earlier?.drained());
      runners.set(uuid, runner);
      return runner;
    },
    async forget(uuid) {
      runners.delete(uuid);
      await checkpointsOf(uuid).clear();
    },
    async moveCheckpoint(record, shardId, to, replay) {
      const mapping = record as StreamMapping;
      const runner = record.state === 'Enabled' ? runners.get(record.uuid) : undefined;
      if (runner) return await runner.move(shardId, to, replay);
      await runners.get(record.uuid)?.drained();
      await moveTo({ source, checkpoints: checkpointsOf(record.uuid) }, mapping, { shardId, to, replay });
    },
  };
}
