import type { TopicAddress } from '../../../src/core/kafka/topic-source.ts';
import type { MappingRecord } from '../mapping/mapping-record.ts';
import { type MappingInput, refuse, refuseForeign, refuseUnsupported } from '../mapping/mapping-settings.ts';
import { TOPIC_DESTINATION } from '../stream/failure/on-failure.ts';
import { readOrderedSettings, readStart, STREAM_DEFAULTS, type StreamSettings } from '../stream/stream-settings.ts';
import { selfManagedTopic } from './self-managed-source.ts';

/** What a mapping of a topic can be told. docs.aws.amazon.com/lambda/latest/dg/kafka-esm-parameters.html */
export interface KafkaSettings extends StreamSettings {
  readonly access: TopicAddress['access'];
  /** The mapping's UUID when absent. */
  readonly groupId?: string | undefined;
  /** Provisioned mode; on demand when absent. */
  readonly pollers?: ProvisionedPollers | undefined;
  /** Kept and shown; the journal says it all. */
  readonly systemLogLevel?: string | undefined;
}

/** How many pollers there are at least and at most. */
export interface ProvisionedPollers {
  readonly minimum: number;
  readonly maximum: number;
  /** Kept and shown; nothing is billed here. */
  readonly groupName?: string | undefined;
}

/** A mapping of a topic. */
export type KafkaMapping = MappingRecord<KafkaSettings>;

/** The members of a create or update request that only a topic's mapping reads. */
interface KafkaInput {
  readonly SourceAccessConfigurations?: readonly { readonly Type?: string; readonly URI?: string }[];
  readonly SelfManagedKafkaEventSourceConfig?: {
    readonly ConsumerGroupId?: string;
    readonly SchemaRegistryConfig?: { readonly SchemaRegistryURI?: string };
    readonly ConsumptionMode?: string;
  };
  readonly ProvisionedPollerConfig?: {
    readonly MinimumPollers?: number;
    readonly MaximumPollers?: number;
    readonly PollerGroupName?: string;
  };
  readonly LoggingConfig?: { readonly SystemLogLevel?: string };
}

/** Of Kafka alone: 500 ms, until somebody sets another. …/lambda/latest/dg/invocation-eventsourcemapping.html */
export const DEFAULT_WINDOW_SECONDS = 0.5;
const DEFAULT_POLLERS = { minimum: 1, maximum: 200 } as const;
/** Of pollers, and of retries where they would never end and there is a destination. …/dg/kafka-retry-configurations.html */
const MOST_POLLERS = { minimum: 200, maximum: 2000 } as const;
const RETRIES_WITH_DESTINATION = 10;

/** Parameters of mappings of other sources. */
const FOREIGN = [
  'ScalingConfig',
  'ParallelizationFactor',
  'TumblingWindowInSeconds',
  'Queues',
  'AmazonManagedKafkaEventSourceConfig',
  'DocumentDBEventSourceConfig',
] as const;

/** The settings that a request asks for, on top of those in force. */
export function readKafkaSettings(
  given: MappingInput,
  source: { readonly arn: TopicAddress['sourceArn']; readonly nowMs: number },
  current?: KafkaSettings,
): KafkaSettings {
  refuseForeign(given, FOREIGN);
  const input: KafkaInput = given;
  const settings: KafkaSettings = {
    ...readOrderedSettings(given, current ?? initialSettings(given, source)),
    access: readAccess(input, current),
    groupId: current ? current.groupId : input.SelfManagedKafkaEventSourceConfig?.ConsumerGroupId,
    pollers: input.ProvisionedPollerConfig ? readPollers(input.ProvisionedPollerConfig) : current?.pollers,
    systemLogLevel: input.LoggingConfig?.SystemLogLevel ?? current?.systemLogLevel,
  };
  checkGroup(input, current);
  checkMode(settings, selfManagedTopic(source.arn).topic);
  return settings;
}

/** How often a batch is tried again: without end on demand, unless there is somebody to be told of its end. */
export function retriesOf({ pollers, maximumRetryAttempts, onFailure }: KafkaSettings): number {
  if (pollers && maximumRetryAttempts >= 0) return maximumRetryAttempts;
  return onFailure === undefined ? -1 : RETRIES_WITH_DESTINATION;
}

/** Without a starting position, AWS begins at the oldest record. */
const initialSettings = (
  given: MappingInput,
  source: { readonly arn: TopicAddress['sourceArn']; readonly nowMs: number },
): StreamSettings => ({
  ...STREAM_DEFAULTS,
  windowSeconds: DEFAULT_WINDOW_SECONDS,
  ...readStart({ StartingPosition: 'TRIM_HORIZON', ...given }, source),
});

function readAccess(
  { SourceAccessConfigurations: given }: KafkaInput,
  current: KafkaSettings | undefined,
): KafkaSettings['access'] {
  if (given) return given.map(({ Type, URI }) => ({ type: Type ?? '', uri: URI ?? '' }));
  return current?.access ?? refuse("Required 'sourceAccessConfigurations' parameter is missing.");
}

function checkGroup(
  { SelfManagedKafkaEventSourceConfig: config }: KafkaInput,
  current: KafkaSettings | undefined,
): void {
  if (config?.SchemaRegistryConfig) refuse('Headwater does not offer schema registries.');
  if (config?.ConsumptionMode === 'Queue') refuse('Headwater does not offer the ConsumptionMode Queue.');
  const { ConsumerGroupId } = config ?? {};
  if (current && ConsumerGroupId !== undefined && ConsumerGroupId !== current.groupId) {
    refuse('ConsumerGroupId can only be set when the mapping is created.');
  }
}

function readPollers(config: NonNullable<KafkaInput['ProvisionedPollerConfig']>): ProvisionedPollers | undefined {
  const { MinimumPollers: minimum, MaximumPollers: maximum, PollerGroupName: groupName } = config;
  if (minimum === undefined && maximum === undefined && !groupName) return undefined;
  const chosen = { minimum: minimum ?? DEFAULT_POLLERS.minimum, maximum: maximum ?? DEFAULT_POLLERS.maximum };
  if (chosen.minimum > MOST_POLLERS.minimum) refuse(`MinimumPollers must be at most ${MOST_POLLERS.minimum}.`);
  if (chosen.maximum > MOST_POLLERS.maximum) refuse(`MaximumPollers must be at most ${MOST_POLLERS.maximum}.`);
  if (chosen.minimum > chosen.maximum) refuse('MinimumPollers must be less than or equal to MaximumPollers.');
  return { ...chosen, ...(groupName ? { groupName } : {}) };
}

/** How errors are handled can only be told in provisioned mode. …/dg/kafka-scaling-modes.html */
function checkMode(settings: KafkaSettings, topic: string): void {
  const { pollers, onFailure } = settings;
  if (onFailure === `${TOPIC_DESTINATION}${topic}`) {
    refuse(`The destination ${onFailure} is invalid: it is the topic that the mapping takes from.`);
  }
  if (pollers) return;
  if (settings.maximumRetryAttempts !== -1) refuseUnsupported('MaximumRetryAttempts');
  if (settings.maximumRecordAgeSeconds !== -1) refuseUnsupported('MaximumRecordAgeInSeconds');
  if (settings.bisects) refuseUnsupported('BisectBatchOnFunctionError');
  if (settings.reportsItemFailures) refuseUnsupported('FunctionResponseTypes');
  if (settings.systemLogLevel !== undefined) refuseUnsupported('LoggingConfig');
  if (onFailure?.startsWith(TOPIC_DESTINATION)) refuseUnsupported('DestinationConfig');
}

/** The members of the configuration that a topic's mapping has, and those that it lacks. */
export function kafkaMembers({ uuid, sourceArn, settings, lastResult }: KafkaMapping): Record<string, unknown> {
  const { brokers, topic } = selfManagedTopic(sourceArn);
  const { pollers, onFailure, startingTimestampMs, windowSeconds } = settings;
  return {
    EventSourceArn: undefined,
    MaximumBatchingWindowInSeconds: windowSeconds === DEFAULT_WINDOW_SECONDS ? undefined : windowSeconds,
    FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : undefined,
    LastProcessingResult: lastResult ?? 'No records processed',
    SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: brokers } },
    SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: settings.groupId ?? uuid },
    SourceAccessConfigurations: settings.access.map(({ type: Type, uri: URI }) => ({ Type, URI })),
    StartingPosition: settings.startingPosition,
    StartingPositionTimestamp: startingTimestampMs === undefined ? undefined : new Date(startingTimestampMs),
    Topics: [topic],
    DestinationConfig: onFailure && { OnFailure: { Destination: onFailure } },
    LoggingConfig: settings.systemLogLevel && { SystemLogLevel: settings.systemLogLevel },
    ...(pollers ? provisionedMembers(settings, pollers) : {}),
  };
}

const provisionedMembers = (settings: KafkaSettings, { minimum, maximum, groupName }: ProvisionedPollers) => ({
  ProvisionedPollerConfig: {
    ...{ MinimumPollers: minimum, MaximumPollers: maximum },
    ...(groupName ? { PollerGroupName: groupName } : {}),
  },
  BisectBatchOnFunctionError: settings.bisects,
  MaximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
  MaximumRetryAttempts: settings.maximumRetryAttempts,
});
