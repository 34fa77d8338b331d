import { ServiceError } from '../../src/core/errors.ts';
import { limits } from '../../src/core/limits.ts';
import { checkFilterPatterns } from './filter-criteria.ts';

/** What a mapping of a queue can be told. docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
export interface QueueSettings {
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Patterns; a message that matches none is deleted. Empty: all pass. */
  readonly filters: readonly string[];
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency?: number | undefined;
  readonly provisionedPollers?: { readonly minimum: number; readonly maximum: number } | undefined;
  /** Kept and shown; metrics come with CloudWatch. */
  readonly metrics: readonly string[];
  /** Kept and shown; nothing is encrypted here. */
  readonly kmsKeyArn?: string | undefined;
}

/** The members of a create or update request that a queue's mapping reads. */
interface QueueInput {
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly FunctionResponseTypes?: readonly string[];
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly ProvisionedPollerConfig?: { readonly MinimumPollers?: number; readonly MaximumPollers?: number };
  readonly MetricsConfig?: { readonly Metrics?: readonly string[] };
  readonly KMSKeyArn?: string;
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
  'StartingPosition',
  'StartingPositionTimestamp',
  'ParallelizationFactor',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'TumblingWindowInSeconds',
  'Topics',
  'Queues',
  'SourceAccessConfigurations',
  'SelfManagedEventSource',
  'AmazonManagedKafkaEventSourceConfig',
  'SelfManagedKafkaEventSourceConfig',
  'DocumentDBEventSourceConfig',
  'LoggingConfig',
] as const;

/** Refuses with the code that nearly all mistakes in a mapping get. */
export function refuse(message: string): never {
  throw new ServiceError('InvalidParameterValueException', message, { members: { Type: 'User' } });
}

/** The settings that a request asks for, on top of those in force. An empty object takes a setting away. */
export function readQueueSettings(given: Readonly<Record<string, unknown>>, current = DEFAULTS): QueueSettings {
  refuseForeign(given);
  const input: QueueInput = given;
  return {
    batchSize: input.BatchSize ?? current.batchSize,
    windowSeconds: input.MaximumBatchingWindowInSeconds ?? current.windowSeconds,
    filters: input.FilterCriteria ? patterns(input.FilterCriteria.Filters ?? []) : current.filters,
    reportsItemFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.includes('ReportBatchItemFailures')
      : current.reportsItemFailures,
    maximumConcurrency: input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : current.maximumConcurrency,
    provisionedPollers: input.ProvisionedPollerConfig
      ? pollers(input.ProvisionedPollerConfig)
      : current.provisionedPollers,
    metrics: input.MetricsConfig?.Metrics ?? current.metrics,
    kmsKeyArn: input.KMSKeyArn ?? current.kmsKeyArn,
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

function refuseForeign(input: Readonly<Record<string, unknown>>): void {
  const destinations = (input['DestinationConfig'] ?? {}) as Readonly<
    Record<string, { readonly Destination?: string }>
  >;
  if (Object.values(destinations).some((destination) => destination?.Destination)) unsupported('DestinationConfig');
  if (input['StartingPosition'] !== undefined) refuse('StartingPosition is not valid for SQS event sources.');
  for (const name of FOREIGN) if (input[name] !== undefined) unsupported(name);
}

const unsupported = (name: string): never =>
  refuse(`Unsupported ${name} parameter for given event source mapping type.`);

function patterns(filters: readonly { readonly Pattern?: string }[]): readonly string[] {
  const found = filters.flatMap(({ Pattern }) => (Pattern === undefined ? [] : [Pattern]));
  if (found.length > limits.mappingFilters) {
    refuse(`A maximum of ${limits.mappingFilters} filters is allowed per event source mapping.`);
  }
  checkFilterPatterns(found, () => refuse('Invalid filter pattern definition.'));
  return found;
}

function pollers(config: NonNullable<QueueInput['ProvisionedPollerConfig']>): QueueSettings['provisionedPollers'] {
  const { MinimumPollers: minimum, MaximumPollers: maximum } = config;
  if (minimum === undefined && maximum === undefined) return undefined;
  const chosen = { minimum: minimum ?? DEFAULT_POLLERS.minimum, maximum: maximum ?? DEFAULT_POLLERS.maximum };
  if (chosen.minimum > chosen.maximum) refuse('MinimumPollers must be less than or equal to MaximumPollers.');
  return chosen;
}
