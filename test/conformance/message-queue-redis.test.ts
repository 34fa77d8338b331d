// The message queue on Redis does what the port promises, and what processes that share it need.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
import { afterEach } from 'vitest';
import { openRedis, type RedisLink } from '../../src/backends/redis/link.ts';
import { openMessageQueue } from '../../src/backends/redis/message-queue/message-queue.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { describeMessageQueue } from './message-queue.ts';

const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function openLink(namespace: string = systemRandom.uuid()): Promise<RedisLink> {
  const link = await openRedis({ url: backends.redis ?? '', namespace, deadlineMs: 5000, told: () => {} });
  closing.push(link);
  return link;
}

/** Leaves no key behind. */
function cleanedUp(link: RedisLink): void {
  closing.push({
    async [Symbol.asyncDispose]() {
      const keys = await link.ask((client) => client.keys(`${link.prefix}*`));
      if (keys.length > 0) await link.ask((client) => client.unlink(...keys));
    },
  });
}

describeOn(['redis'], 'the message queue on Redis', () => {
  describeMessageQueue('redis', async (around) => {
    const link = await openLink();
    cleanedUp(link);
    const queues = await openMessageQueue({ link, ...around });
    closing.push(queues);
    return queues;
  });
});
