import { openEventLog } from '../backends/kafka/event-log/event-log.ts';
import type { KafkaLink } from '../backends/kafka/link.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports on Kafka. */
export const kafkaOpeners = (
  { clock, random }: Pick<PortParts, 'clock' | 'random'>,
  link: KafkaLink,
): Pick<Openers, 'log'> => ({
  log: ({ registry }) => openEventLog({ link, registry, clock, random }),
});
