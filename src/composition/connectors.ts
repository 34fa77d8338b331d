import { createDynamodb } from '../../connectors/dynamodb/connector.ts';
import { createKinesis } from '../../connectors/kinesis/connector.ts';
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
export function openConnectors({ ports, ...common }: ConnectorParts, { throttle }: Settings) {
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
  return {
    sqs: createSqs({ ...common, queues, leases: ports.leases, operations: operationFiles('connectors/sqs/api') }),
    kinesis: createKinesis({ ...common, log, throttle, operations: operationFiles('connectors/kinesis/api') }),
    dynamodb: createDynamodb({
      ...{ ...common, tables, leases: ports.leases },
      operations: operationFiles('connectors/dynamodb/api'),
      streamOperations: operationFiles('connectors/dynamodb/streams-api'),
    }),
    s3,
  };
}
