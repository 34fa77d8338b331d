import { asArn } from '../../src/core/arn.ts';
import type { Cluster, ConsumerGroups } from '../../src/core/ports/consumer-group.ts';
import type { Target } from '../../src/core/target.ts';

/** Topics of one cluster as targets of deliveries. A cluster that cannot be used takes the delivery later. */
export function topicTarget(groups: ConsumerGroups, cluster: () => Promise<Cluster>): Target {
  return {
    service: 'kafka',
    async deliver(destination, { payload, key }) {
      try {
        const topic = destination.slice('kafka://'.length);
        await groups.send(await cluster(), topic, [
          { key: key ? Buffer.from(key, 'base64') : undefined, value: payload },
        ]);
        return { kind: 'accepted' };
      } catch (error) {
        return { kind: 'refused', permanent: false, code: 'KafkaException', message: String(error) };
      }
    },
    describe: async (destination) => ({ arn: asArn(destination) }),
  };
}
