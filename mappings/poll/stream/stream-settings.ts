import type { Arn } from '../../../src/core/arn.ts';
import { asArn } from '../../../src/core/arn.ts';
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

/** What a mapping of a stream can be told. docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface StreamSettings extends MappingSettings {
  readonly startingPosition: StartingPosition;
  readonly startingTimestampMs?: number | undefined;
  /** Batches of one shard that may run side by side, records of one key never. */
  readonly parallelizationFactor: number;
  /** -1: until the records expire. */
  readonly maximumRetryAttempts: number;
  /** -1: as old as the stream keeps them. */
  readonly maximumRecordAgeSeconds: number;
  readonly bisects: boolean;
  /** 0: none. */
  readonly tumblingWindowSeconds: number;
  readonly onFailure?: Arn | undefined;
}

/** A mapping of a stream. */
export type StreamMapping = MappingRecord<StreamSettings>;

/** Where the shards that are there at the first start are read from. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';

/** The members of a create or update request that only a stream's mapping reads. */
interface StreamInput {
  readonly StartingPosition?: StartingPosition;
  readonly StartingPositionTimestamp?: Date;
  readonly ParallelizationFactor?: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly TumblingWindowInSeconds?: number;
  readonly DestinationConfig?: {
    readonly OnSuccess?: { readonly Destination?: string };
    readonly OnFailure?: { readonly Destination?: string };
  };
}

/** What a mapping of a stream does that is told nothing. */
export const STREAM_DEFAULTS: Omit<StreamSettings, 'startingPosition'> = {
  batchSize: 100,
  windowSeconds: 0,
  filters: [],
  reportsItemFailures: false,
  metrics: [],
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  bisects: false,
  tumblingWindowSeconds: 0,
};

/** Parameters of mappings of other sources. */
const FOREIGN = ['ScalingConfig', 'ProvisionedPollerConfig', ...UNKNOWN_SOURCES] as const;

/** The settings that a request asks for, on top of those in force. */
export function readStreamSettings(
  given: MappingInput,
  source: { readonly arn: Arn; readonly nowMs: number },
  current?: StreamSettings,
): StreamSettings {
  refuseForeign(given, FOREIGN);
  return readOrderedSettings(given, current ?? { ...STREAM_DEFAULTS, ...readStart(given, source) });
}

/** What a request asks for on top of the settings in force, of all sources that are read in order. */
export function readOrderedSettings(given: MappingInput, before: StreamSettings): StreamSettings {
  const input: StreamInput = given;
  checkRecordAge(input.MaximumRecordAgeInSeconds);
  if (input.DestinationConfig?.OnSuccess?.Destination) refuseUnsupported('DestinationConfig');
  return {
    ...before,
    ...readCommonSettings(given, before),
    parallelizationFactor: input.ParallelizationFactor ?? before.parallelizationFactor,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? before.maximumRetryAttempts,
    maximumRecordAgeSeconds: input.MaximumRecordAgeInSeconds ?? before.maximumRecordAgeSeconds,
    bisects: input.BisectBatchOnFunctionError ?? before.bisects,
    tumblingWindowSeconds: input.TumblingWindowInSeconds ?? before.tumblingWindowSeconds,
    onFailure: readOnFailure(input, before.onFailure),
  };
}

/** Where the source is first read from; it can only be told when the mapping is made. */
export function readStart(
  given: MappingInput,
  { arn, nowMs }: { readonly arn: Arn; readonly nowMs: number },
): Pick<StreamSettings, 'startingPosition' | 'startingTimestampMs'> {
  const { StartingPosition, StartingPositionTimestamp }: StreamInput = given;
  if (StartingPosition === undefined) {
    return refuse(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (StartingPosition !== 'AT_TIMESTAMP') {
    if (StartingPositionTimestamp)
      refuse('StartingPositionTimestamp is only valid with StartingPosition AT_TIMESTAMP.');
    return { startingPosition: StartingPosition };
  }
  // docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html: only Kinesis and Kafka start at a time.
  if (arn.split(':')[2] === 'dynamodb') refuse(`Unsupported starting position for arn type: ${arn}`);
  if (!StartingPositionTimestamp) return refuse('Need to specify a timestamp');
  const startingTimestampMs = StartingPositionTimestamp.getTime();
  if (startingTimestampMs > nowMs) refuse('StartingPositionTimestamp must not be in the future.');
  return { startingPosition: StartingPosition, startingTimestampMs };
}

function checkRecordAge(seconds: number | undefined): void {
  if (seconds === undefined || seconds === -1 || (seconds >= 60 && seconds <= 604_800)) return;
  refuse('MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)');
}

/** An empty destination takes the present one away. */
function readOnFailure({ DestinationConfig }: StreamInput, before: Arn | undefined): Arn | undefined {
  if (DestinationConfig?.OnFailure === undefined) return before;
  const { Destination } = DestinationConfig.OnFailure;
  if (Destination === undefined) refuse('The Destination field is required for an OnFailure configuration.');
  return Destination ? asArn(Destination) : undefined;
}

/** The members of the configuration that only streams have; all are always there, as recorded. */
export function streamMembers({ settings, lastResult }: StreamMapping): Record<string, unknown> {
  const { startingTimestampMs } = settings;
  return {
    BisectBatchOnFunctionError: settings.bisects,
    DestinationConfig: { OnFailure: settings.onFailure ? { Destination: settings.onFailure } : {} },
    LastProcessingResult: lastResult ?? 'No records processed',
    MaximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
    MaximumRetryAttempts: settings.maximumRetryAttempts,
    ParallelizationFactor: settings.parallelizationFactor,
    StartingPosition: settings.startingPosition,
    ...(startingTimestampMs === undefined ? {} : { StartingPositionTimestamp: new Date(startingTimestampMs) }),
    TumblingWindowInSeconds: settings.tumblingWindowSeconds,
  };
}
