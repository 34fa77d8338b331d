import { isDeepStrictEqual } from 'node:util';
import { HeadwaterError } from '../../core/errors.ts';
import type { MappingDeclaration } from '../declaration.ts';
import type { Applying, Change } from './applying.ts';

/** Makes the mapping between the two, or updates what differs. */
export async function applyMapping(applying: Applying, _name: string, declared: MappingDeclaration): Promise<Change> {
  const { call } = applying;
  const EventSourceArn = await sourceArn(applying, declared.eventSource);
  const FunctionName = applying.arnOf('lambda', declared.function);
  const wanted = membersOf(applying, declared);
  const { EventSourceMappings = [] } = await call('lambda', 'ListEventSourceMappings', {
    EventSourceArn,
    FunctionName,
  });
  const [found] = EventSourceMappings as readonly Readonly<Record<string, unknown>>[];
  if (!found) {
    const start = startMembers(EventSourceArn, declared);
    await call('lambda', 'CreateEventSourceMapping', { EventSourceArn, FunctionName, ...wanted, ...start });
    return 'created';
  }
  const { Enabled, ...comparable } = wanted;
  const isEnabled = !/^Disabl/.test(String(found['State']));
  const isSame = Object.entries(comparable).every(([member, value]) => isDeepStrictEqual(found[member], value));
  if (isSame && (Enabled ?? true) === isEnabled) return 'unchanged';
  await call('lambda', 'UpdateEventSourceMapping', { UUID: found['UUID'], Enabled: true, ...wanted });
  return 'updated';
}

async function sourceArn({ call, arnOf, sourceKind }: Applying, name: string): Promise<string> {
  switch (sourceKind(name)) {
    case 'queue':
      return arnOf('sqs', name);
    case 'stream':
      return arnOf('kinesis', name);
    case 'table': {
      const { Table } = await call('dynamodb', 'DescribeTable', { TableName: name });
      const { LatestStreamArn } = Table as { readonly LatestStreamArn?: string };
      if (LatestStreamArn !== undefined) return LatestStreamArn;
      throw new HeadwaterError('CONFIG_REFUSED', `The config's table ${name} has a mapping and no "stream"`);
    }
  }
}

/** Where a mapping's first read begins is fixed when it is made. */
function startMembers(sourceArn: string, declared: MappingDeclaration): Readonly<Record<string, unknown>> {
  const { startingPosition, startingPositionTimestamp: timestamp } = declared;
  const isStream = !sourceArn.startsWith('arn:aws:sqs:');
  const StartingPosition = startingPosition ?? (isStream ? 'TRIM_HORIZON' : undefined);
  return present({ StartingPosition, StartingPositionTimestamp: timestamp && new Date(timestamp) });
}

function membersOf({ arnOf }: Applying, declared: MappingDeclaration): Readonly<Record<string, unknown>> {
  const { filters, maximumConcurrency, onFailure } = declared;
  return present({
    Enabled: declared.enabled,
    BatchSize: declared.batchSize,
    MaximumBatchingWindowInSeconds: declared.maximumBatchingWindowInSeconds,
    FunctionResponseTypes: declared.reportBatchItemFailures ? ['ReportBatchItemFailures'] : undefined,
    FilterCriteria: filters && { Filters: filters.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    ScalingConfig: maximumConcurrency && { MaximumConcurrency: maximumConcurrency },
    ParallelizationFactor: declared.parallelizationFactor,
    MaximumRetryAttempts: declared.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: declared.maximumRecordAgeInSeconds,
    BisectBatchOnFunctionError: declared.bisectBatchOnFunctionError,
    TumblingWindowInSeconds: declared.tumblingWindowInSeconds,
    DestinationConfig: onFailure && { OnFailure: { Destination: arnOf('sqs', onFailure) } },
  });
}

const present = (members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
