import { createS3 } from '../../connectors/s3/connector.ts';
import { createSqs } from '../../connectors/sqs/connector.ts';
import { createBucketNotifications } from '../../mappings/push/bucket-notification.ts';
import type { Settings } from '../config/options.ts';
import type { FunctionDirectory } from '../core/function.ts';
import { traceIdOf } from '../core/journal.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import { operationFiles } from '../package-files.ts';
import type { Ground } from './ground.ts';
import { type LateParts, lateApi, lateTarget } from './late-parts.ts';
import type { Ports } from './ports.ts';

/** What the event sources are made of. */
interface ConnectorParts extends Pick<Ground, 'clock' | 'random' | 'journal' | 'activity' | 'credentials'> {
  readonly registry: Registry;
  readonly timing: Timing;
  readonly ports: Ports;
  readonly targets: Targets;
  readonly functions: FunctionDirectory;
  readonly metrics: Metrics;
  readonly enforcePolicies: boolean;
}

/** The event sources, in the order in which they are reset; they are closed in the reverse. */
export async function openConnectors({ ports, ...common }: ConnectorParts, { throttle }: Settings, late: LateParts) {
  const { queues, objects, log, tables } = ports;
  const { journal, clock, targets } = common;
  const notify = createBucketNotifications({
    ...{ targets, journal, clock },
    configuration: (bucket) => s3.notificationConfiguration(bucket),
  });
  const publish: typeof notify = async (event) => {
    const { id, name, sourceArn, traceHeader, detail } = event;
    const what = `S3 ${name} ${detail.bucket}/${detail.key}`;
    journal.append({ kind: 'event', what, eventIds: [id], arn: sourceArn, traceId: traceIdOf(traceHeader) });
    await notify(event);
  };
  const s3 = createS3({ ...common, objects, publish, operations: operationFiles('connectors/s3/api') });
  const sqs = createSqs({ ...common, queues, leases: ports.leases, operations: operationFiles('connectors/sqs/api') });
  const kinesis = await late('kinesis', async () => {
    const { createKinesis } = await import('../../connectors/kinesis/connector.ts');
    return createKinesis({ ...common, log, throttle, operations: operationFiles('connectors/kinesis/api') });
  });
  const dynamodb = await late('dynamodb', async () => {
    const { createDynamodb } = await import('../../connectors/dynamodb/connector.ts');
    return createDynamodb({
      ...{ ...common, tables, leases: ports.leases },
      operations: operationFiles('connectors/dynamodb/api'),
      streamOperations: operationFiles('connectors/dynamodb/streams-api'),
    });
  });
  return {
    parts: { sqs, kinesis, dynamodb, s3 },
    apis: [
      ...[sqs.api, s3.api],
      lateApi('kinesis', async () => (await kinesis.opened()).api),
      lateApi('dynamodb', async () => (await dynamodb.opened()).api),
      lateApi('dynamodbstreams', async () => (await dynamodb.opened()).streamsApi),
    ],
    targets: [sqs.target, s3.target, lateTarget('kinesis', kinesis.opened)],
  };
}

/** What {@link openConnectors} opens. */
export type Connectors = Awaited<ReturnType<typeof openConnectors>>['parts'];

/** Streams as sources of mappings, by ARN service. */
export async function openStreams({ kinesis, dynamodb }: Pick<Connectors, 'kinesis' | 'dynamodb'>) {
  const opened = await Promise.all([kinesis.opened(), dynamodb.opened()]);
  return new Map(opened.map(({ source }) => [source.service, source]));
}
