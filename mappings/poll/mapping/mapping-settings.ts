import { ServiceError } from '../../../src/core/errors.ts';
import { limits } from '../../../src/core/limits.ts';
import { checkFilterPatterns } from '../filter-criteria.ts';

/** What a mapping can be told, whatever its source. docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
export interface MappingSettings {
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Patterns; a record that matches none is not delivered. Empty: all pass. */
  readonly filters: readonly string[];
  readonly reportsItemFailures: boolean;
  /** Families of metrics that are published: `EventCount`. */
  readonly metrics: readonly string[];
  /** Kept and shown; nothing is encrypted here. */
  readonly kmsKeyArn?: string | undefined;
}

/** A create or update request as the SDK shapes it. */
export type MappingInput = Readonly<Record<string, unknown>>;

/** The members of a request that all kinds of mappings read. */
interface CommonInput {
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly FunctionResponseTypes?: readonly string[];
  readonly MetricsConfig?: { readonly Metrics?: readonly string[] };
  readonly KMSKeyArn?: string;
}

/** What a request asks for on top of the settings in force. An empty object takes a setting away. */
export function readCommonSettings(given: MappingInput, current: MappingSettings): MappingSettings {
  const input: CommonInput = given;
  return {
    batchSize: input.BatchSize ?? current.batchSize,
    windowSeconds: input.MaximumBatchingWindowInSeconds ?? current.windowSeconds,
    filters: input.FilterCriteria ? patterns(input.FilterCriteria.Filters ?? []) : current.filters,
    reportsItemFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.includes('ReportBatchItemFailures')
      : current.reportsItemFailures,
    metrics: input.MetricsConfig ? metrics(input.MetricsConfig.Metrics ?? []) : current.metrics,
    kmsKeyArn: input.KMSKeyArn ?? current.kmsKeyArn,
  };
}

/** Refuses with the code that nearly all mistakes in a mapping get. */
export function refuse(message: string): never {
  throw new ServiceError('InvalidParameterValueException', message, { members: { Type: 'User' } });
}

/** Refuses parameters that belong to mappings of other sources. */
export function refuseForeign(input: MappingInput, names: readonly string[]): void {
  for (const name of names) if (input[name] !== undefined) refuseUnsupported(name);
}

/** Refuses one parameter of another kind of source. */
export const refuseUnsupported = (name: string): never =>
  refuse(`Unsupported ${name} parameter for given event source mapping type.`);

/** Parameters of sources that no mapping here takes from. */
export const UNKNOWN_SOURCES = [
  'Topics',
  'Queues',
  'SourceAccessConfigurations',
  'SelfManagedEventSource',
  'AmazonManagedKafkaEventSourceConfig',
  'SelfManagedKafkaEventSourceConfig',
  'DocumentDBEventSourceConfig',
  'LoggingConfig',
] as const;

/** Those of Kafka's consumers are not published here. */
function metrics(families: readonly string[]): readonly string[] {
  for (const family of families) {
    if (family !== 'EventCount')
      refuse(`Headwater does not publish the metrics ${family}; MetricsConfig takes EventCount.`);
  }
  return families;
}

function patterns(filters: readonly { readonly Pattern?: string }[]): readonly string[] {
  const found = filters.flatMap(({ Pattern }) => (Pattern === undefined ? [] : [Pattern]));
  if (found.length > limits.mappingFilters) {
    refuse(`A maximum of ${limits.mappingFilters} filters is allowed per event source mapping.`);
  }
  checkFilterPatterns(found, () => refuse('Invalid filter pattern definition.'));
  return found;
}
