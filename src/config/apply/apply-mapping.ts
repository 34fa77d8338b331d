import { isDeepStrictEqual } from 'node:util';
import { HeadwaterError } from '../../core/errors.ts';
import type { KafkaDeclaration, MappingDeclaration } from '../declaration.ts';
import { type Applying, type Change, withoutAbsent } from './applying.ts';
import { existingArn } from './existing-arn.ts';

/** A mapping as operations answer it. */
type Found = Readonly<Record<string, unknown>>;

/** Makes the mapping between the two, or updates what differs. */
export async function applyMapping(applying: Applying, _name: string, declared: MappingDeclaration): Promise<Change> {
  const { call } = applying;
  const source = await sourceMembers(applying, declared);
  const FunctionName = await existingArn(applying, 'lambda', declared.function);
  const wanted = await membersOf(applying, declared);
  const found = await findMapping(applying, FunctionName, source);
  if (!found) {
    const start = startMembers(source, declared);
    await call('lambda', 'CreateEventSourceMapping', { FunctionName, ...source, ...wanted, ...start });
    return 'created';
  }
  const { Enabled, ...comparable } = wanted;
  const isEnabled = !/^Disabl/.test(String(found['State']));
  if (isLike(found, comparable) && (Enabled ?? true) === isEnabled) return 'unchanged';
  await call('lambda', 'UpdateEventSourceMapping', { UUID: found['UUID'], Enabled: true, ...wanted });
  return 'updated';
}

/** The mapping of that source to that function. Topics have no ARN that could be asked for. */
async function findMapping({ call }: Applying, FunctionName: string, source: Found): Promise<Found | undefined> {
  const { EventSourceArn } = source;
  for (let Marker: unknown; ; ) {
    const list = await call(
      'lambda',
      'ListEventSourceMappings',
      withoutAbsent({ EventSourceArn, FunctionName, Marker }),
    );
    const { EventSourceMappings = [], NextMarker } = list;
    const found = (EventSourceMappings as readonly Found[]).find((each) => isLike(each, source));
    if (found || NextMarker === undefined) return found;
    Marker = NextMarker;
  }
}

const isLike = (found: Found, wanted: Found) =>
  Object.entries(wanted).every(([member, value]) => isDeepStrictEqual(found[member], value));

async function sourceMembers(applying: Applying, { eventSource = '', kafka }: MappingDeclaration): Promise<Found> {
  if (!kafka) return { EventSourceArn: await sourceArn(applying, eventSource) };
  const { brokers, topic } = kafka;
  return { SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: brokers } }, Topics: [topic] };
}

async function sourceArn(applying: Applying, name: string): Promise<string> {
  const { call, sourceKind } = applying;
  switch (sourceKind(name)) {
    case 'queue':
      return await existingArn(applying, 'sqs', name);
    case 'stream':
      return await existingArn(applying, 'kinesis', name);
    case 'table': {
      const { Table } = await call('dynamodb', 'DescribeTable', { TableName: name });
      const { LatestStreamArn } = Table as { readonly LatestStreamArn?: string };
      if (LatestStreamArn !== undefined) return LatestStreamArn;
      throw new HeadwaterError('CONFIG_REFUSED', `The config's table ${name} has a mapping and no "stream"`);
    }
  }
}

/** Where a mapping's first read begins is fixed when it is made. */
function startMembers({ EventSourceArn }: Found, declared: MappingDeclaration): Found {
  const { startingPosition, startingPositionTimestamp: timestamp } = declared;
  const isQueue = String(EventSourceArn).startsWith('arn:aws:sqs:');
  const StartingPosition = startingPosition ?? (isQueue ? undefined : 'TRIM_HORIZON');
  return withoutAbsent({ StartingPosition, StartingPositionTimestamp: timestamp && new Date(timestamp) });
}

async function membersOf(applying: Applying, declared: MappingDeclaration): Promise<Found> {
  const { filters, maximumConcurrency, onFailure, provisionedPollers } = declared;
  const onFailureArn = onFailure && (await failureArn(applying, onFailure));
  return withoutAbsent({
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
    DestinationConfig: onFailureArn && { OnFailure: { Destination: onFailureArn } },
    ProvisionedPollerConfig: provisionedPollers && {
      MinimumPollers: provisionedPollers.minimum ?? (declared.kafka ? 1 : 2),
      MaximumPollers: provisionedPollers.maximum ?? 200,
    },
    ...(declared.kafka ? accessMembers(declared.kafka) : {}),
  });
}

/** A topic of the mapping's own Kafka cluster has no ARN. */
const failureArn = async (applying: Applying, name: string): Promise<string> =>
  name.startsWith('kafka://') ? name : await existingArn(applying, applying.deadLetterService(name), name);

const accessMembers = ({ sourceAccess = [], consumerGroupId }: KafkaDeclaration): Found => ({
  SourceAccessConfigurations: sourceAccess.map(({ type: Type, secret: URI }) => ({ Type, URI })),
  SelfManagedKafkaEventSourceConfig: consumerGroupId && { ConsumerGroupId: consumerGroupId },
});
