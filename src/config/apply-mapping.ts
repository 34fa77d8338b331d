import { isDeepStrictEqual } from 'node:util';
import type { Applying, Change } from './apply.ts';
import type { MappingDeclaration } from './declaration.ts';

/** Makes the mapping between the two, or updates what differs. */
export async function applyMapping(
  { call, arnOf }: Applying,
  _name: string,
  declared: MappingDeclaration,
): Promise<Change> {
  const EventSourceArn = arnOf('sqs', declared.eventSource);
  const FunctionName = arnOf('lambda', declared.function);
  const wanted = membersOf(declared);
  const { EventSourceMappings = [] } = await call('lambda', 'ListEventSourceMappings', {
    EventSourceArn,
    FunctionName,
  });
  const [found] = EventSourceMappings as readonly Readonly<Record<string, unknown>>[];
  if (!found) {
    await call('lambda', 'CreateEventSourceMapping', { EventSourceArn, FunctionName, ...wanted });
    return 'created';
  }
  const { Enabled, ...comparable } = wanted;
  const isEnabled = !/^Disabl/.test(String(found['State']));
  const isSame = Object.entries(comparable).every(([member, value]) => isDeepStrictEqual(found[member], value));
  if (isSame && (Enabled ?? true) === isEnabled) return 'unchanged';
  await call('lambda', 'UpdateEventSourceMapping', { UUID: found['UUID'], Enabled: true, ...wanted });
  return 'updated';
}

function membersOf(declared: MappingDeclaration): Readonly<Record<string, unknown>> {
  const { batchSize, maximumBatchingWindowInSeconds, reportBatchItemFailures, filters, maximumConcurrency } = declared;
  const members = {
    Enabled: declared.enabled,
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: maximumBatchingWindowInSeconds,
    FunctionResponseTypes: reportBatchItemFailures ? ['ReportBatchItemFailures'] : undefined,
    FilterCriteria: filters && { Filters: filters.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    ScalingConfig: maximumConcurrency && { MaximumConcurrency: maximumConcurrency },
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
