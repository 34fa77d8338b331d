import { type Arn, parseArn } from '../core/arn.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { StreamRecord } from '../core/source.ts';
import type { Closing } from './closing.ts';
import type { Connectors } from './connectors.ts';
import type { Ground } from './ground.ts';

/** Publishes tables' changes to Kafka, where that is, for whoever else wants them. */
export async function openTableRelay(
  { backends: { kafka: link }, clock, activity, told, leases, dynamodb }: Ground & Relayed,
  closing: Closing[],
): Promise<void> {
  if (!link) return;
  const [{ tableStreams: streams, source }, { createTableRelay }, { dynamodbRecord }] = await Promise.all([
    dynamodb.opened(),
    import('../backends/kafka/table-relay/table-relay.ts'),
    import('../../mappings/payload/dynamodb.ts'),
  ]);
  const recordText = (record: StreamRecord, stream: Arn) =>
    dynamodbRecord(record, { sourceArn: stream, region: parseArn(stream)?.region ?? '' });
  const relay = createTableRelay({ link, streams, source, leases, clock, activity, told, recordText });
  closing.push(async () => await relay[Symbol.asyncDispose]());
}

/** What is relayed. */
interface Relayed {
  readonly leases: Leases;
  readonly dynamodb: Connectors['dynamodb'];
}
