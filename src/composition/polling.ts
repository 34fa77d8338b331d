import type { Dynamodb } from '../../connectors/dynamodb/connector.ts';
import { createKafka } from '../../connectors/kafka/connector.ts';
import type { Kinesis } from '../../connectors/kinesis/connector.ts';
import type { Sqs } from '../../connectors/sqs/connector.ts';
import { createMappings, type MappingsOptions } from '../../mappings/poll/mappings.ts';
import { openConsumerGroups } from '../backends/kafka/consumer-group/consumer-groups.ts';
import type { Settings } from '../config/options.ts';
import { createFileSecrets } from './file-secrets.ts';

/** What mappings take from. */
interface Sources {
  readonly sqs: Sqs;
  readonly kinesis: Kinesis;
  readonly dynamodb: Dynamodb;
}

/** What takes from queues, streams and topics on behalf of functions. */
export function openPolling(
  parts: Omit<MappingsOptions, 'sources' | 'streams' | 'topics'>,
  { sqs, kinesis, dynamodb }: Sources,
  settings: Settings,
) {
  const kafka = createKafka({ groups: openConsumerGroups(), secrets: createFileSecrets(settings.secrets) });
  const streams = new Map([kinesis.source, dynamodb.source].map((source) => [source.service, source]));
  const sources = new Map([[sqs.source.service, sqs.source]]);
  return { kafka, streams, mappings: createMappings({ ...parts, sources, streams, topics: kafka.source }) };
}
