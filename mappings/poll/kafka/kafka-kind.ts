import { MINUTE } from '../../../src/core/clock.ts';
import { HeadwaterError } from '../../../src/core/errors.ts';
import type { Target, Targets } from '../../../src/core/target.ts';
import { beginningKey } from '../beginning.ts';
import type { MappingKind } from '../mapping/mapping-kind.ts';
import { MAPPINGS, type MappingRecord } from '../mapping/mapping-record.ts';
import { refuse } from '../mapping/mapping-settings.ts';
import type { Room } from '../room.ts';
import { requireDestination, TOPIC_DESTINATION } from '../stream/failure/on-failure.ts';
import { Turns } from '../turns.ts';
import { addressOf, type KafkaParts, KafkaRunner } from './kafka-runner.ts';
import { type KafkaMapping, type KafkaSettings, kafkaMembers, readKafkaSettings } from './kafka-settings.ts';
import { selfManagedTopic } from './self-managed-source.ts';

/** What mappings of topics need. */
export type KafkaKindParts = Omit<KafkaParts, 'turns' | 'processed'> & { readonly room: Room };

/** With a longer timeout the cluster's brokers would give up a consumer. …/lambda/latest/dg/with-kafka-configure.html */
const LONGEST_FUNCTION_MS = 14 * MINUTE;

/** Mappings of topics of self-managed Kafka clusters: where they stand the cluster keeps, as a consumer group's offsets. */
export function kafkaKind(parts: KafkaKindParts): MappingKind {
  const { registry, source } = parts;
  const runners = new Map<string, KafkaRunner>();
  return {
    stateReason: 'USER_INITIATED',
    async readSettings({ input, sourceArn, current, functionTimeoutMs }) {
      const before = current as KafkaSettings | undefined;
      const settings = readKafkaSettings(input, { arn: sourceArn, nowMs: parts.clock.nowMs() }, before);
      if (functionTimeoutMs > LONGEST_FUNCTION_MS) {
        refuse(`Function timeout: ${functionTimeoutMs / 1000} seconds is more than the 840 seconds that Kafka allows`);
      }
      if (settings.access !== before?.access) {
        const objection = await source.objection(settings.access);
        if (objection) refuse(objection);
      }
      const { onFailure, groupId } = settings;
      if (!before && groupId !== undefined) await refuseSharedGroup(parts, groupId);
      const isNew = onFailure !== undefined && onFailure !== before?.onFailure;
      if (isNew && !onFailure.startsWith(TOPIC_DESTINATION)) await requireDestination(parts.targets, onFailure);
      return settings;
    },
    twinMessage: ({ sourceArn, functionArn, uuid }) => {
      const { brokers, topic } = selfManagedTopic(sourceArn);
      return `An event source mapping with event source ("${brokers.join(',')}"), function ("${functionArn}"), topics ("${topic}") already exists. Please update or delete the existing mapping with UUID ${uuid}`;
    },
    members: (record) => kafkaMembers(record as KafkaMapping),
    run(record, processed) {
      const mapping = record as KafkaMapping;
      const targets = withTopics(parts.targets, source.target(addressOf(mapping)));
      const all = { ...parts, processed, targets, turns: new Turns(parts.room) };
      const runner = new KafkaRunner(mapping, all, runners.get(record.uuid)?.drained());
      runners.set(record.uuid, runner);
      return runner;
    },
    async forget(uuid) {
      runners.delete(uuid);
      await registry.remove(beginningKey(uuid));
    },
    moveCheckpoint: async ({ uuid }) => {
      const where = 'a Kafka topic: its place is what its consumer group has committed';
      throw new HeadwaterError('NOT_A_STREAM', `Mapping ${uuid} takes from ${where}`);
    },
  };
}

/** A group is one mapping's. …/lambda/latest/dg/kafka-consumer-group-id.html */
async function refuseSharedGroup({ registry }: KafkaKindParts, groupId: string): Promise<void> {
  for (const { value } of await registry.list<MappingRecord>(MAPPINGS)) {
    if ((value.settings as Partial<KafkaSettings>).groupId !== groupId) continue;
    refuse(`The consumer group ID ${groupId} is used by the event source mapping with UUID ${value.uuid} already.`);
  }
}

const withTopics = (targets: Targets, topics: Target): Targets => ({
  find: (arn) => (arn.startsWith(TOPIC_DESTINATION) ? topics : targets.find(arn)),
});
