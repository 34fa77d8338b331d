import { limits } from '../../../src/core/limits.ts';
import type { MappingRecord } from '../mapping/mapping-record.ts';
import {
  type MappingInput,
  type MappingSettings,
  readCommonSettings,
  refuse,
  refuseForeign,
  refuseUnsupported,
  UNKNOWN_SOURCES,
} from '../mapping/mapping-settings.ts';

/** What a mapping of a queue can be told. docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
export interface QueueSettings extends MappingSettings {
  readonly maximumConcurrency?: number | undefined;
  readonly provisionedPollers?: { readonly minimum: number; readonly maximum: number } | undefined;
}

/** A mapping of a queue. */
export type QueueMapping = MappingRecord<QueueSettings>;

/** The members of a create or update request that only a queue's mapping reads. */
interface QueueInput {
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly ProvisionedPollerConfig?: { readonly MinimumPollers?: number; readonly MaximumPollers?: number };
}

const DEFAULTS: QueueSettings = {
  batchSize: 10,
  windowSeconds: 0,
  filters: [],
  reportsItemFailures: false,
  metrics: [],
};

/** Minimum and maximum of event pollers where only the other is given. */
const DEFAULT_POLLERS = { minimum: 2, maximum: 200 } as const;

/** Parameters of mappings of other sources. */
const FOREIGN = [
  'StartingPositionTimestamp',
  'ParallelizationFactor',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'TumblingWindowInSeconds',
  ...UNKNOWN_SOURCES,
] as const;

/** The settings that a request asks for, on top of those in force. */
export function readQueueSettings(given: MappingInput, current = DEFAULTS): QueueSettings {
  refuseOthers(given);
  const input: QueueInput = given;
  return {
    ...readCommonSettings(given, current),
    maximumConcurrency: input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : current.maximumConcurrency,
    provisionedPollers: input.ProvisionedPollerConfig
      ? pollers(input.ProvisionedPollerConfig)
      : current.provisionedPollers,
  };
}

/** Settings that cannot go together, or not with this queue and function. */
export function checkQueueSettings(
  settings: QueueSettings,
  queue: { readonly fifo: boolean; readonly visibilityTimeoutMs: number },
  functionTimeoutMs: number,
): void {
  const { batchSize, windowSeconds } = settings;
  if (queue.fifo && windowSeconds > 0) refuse('Batching window is not supported for FIFO queues');
  if (batchSize > limits.sqsBatchSizeWithoutWindow) {
    if (queue.fifo) refuse('Maximum batch size for FIFO queues is 10');
    if (windowSeconds === 0) {
      refuse('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
    }
  }
  if (settings.maximumConcurrency !== undefined && settings.provisionedPollers) {
    refuse('ScalingConfig and ProvisionedPollerConfig cannot be set together.');
  }
  if (queue.visibilityTimeoutMs < functionTimeoutMs) {
    const [visibility, timeout] = [queue.visibilityTimeoutMs / 1000, functionTimeoutMs / 1000];
    refuse(`Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`);
  }
}

function refuseOthers(input: MappingInput): void {
  const destinations = (input['DestinationConfig'] ?? {}) as Readonly<
    Record<string, { readonly Destination?: string }>
  >;
  if (Object.values(destinations).some((destination) => destination?.Destination))
    refuseUnsupported('DestinationConfig');
  if (input['StartingPosition'] !== undefined) refuse('StartingPosition is not valid for SQS event sources.');
  refuseForeign(input, FOREIGN);
}

function pollers(config: NonNullable<QueueInput['ProvisionedPollerConfig']>): QueueSettings['provisionedPollers'] {
  const { MinimumPollers: minimum, MaximumPollers: maximum } = config;
  if (minimum === undefined && maximum === undefined) return undefined;
  const chosen = { minimum: minimum ?? DEFAULT_POLLERS.minimum, maximum: maximum ?? DEFAULT_POLLERS.maximum };
  if (chosen.minimum > chosen.maximum) refuse('MinimumPollers must be less than or equal to MaximumPollers.');
  return chosen;
}
