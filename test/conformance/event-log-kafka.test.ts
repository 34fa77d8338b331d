// The event log on Kafka does what the port promises, to several processes too, and over the end of any of them.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
import { afterAll, beforeAll } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openEventLog } from '../../src/backends/kafka/event-log/event-log.ts';
import { type KafkaLink, openKafka } from '../../src/backends/kafka/link.ts';
import { SECOND } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { describeEventLog } from './event-log.ts';

describeOn(['kafka'], 'a log on kafka', () => {
  let link: KafkaLink;
  beforeAll(async () => {
    link = await openKafka({
      brokers: [backends.kafka ?? ''],
      namespace: `test-${systemRandom.uuid()}`,
      deadlineMs: 10 * SECOND,
      told: () => {},
    });
  });
  afterAll(async () => await link[Symbol.asyncDispose]());

  describeEventLog('kafka', async (clock) =>
    openEventLog({ link, clock, registry: openRegistry(openMemoryStore()), random: systemRandom }),
  );
});
