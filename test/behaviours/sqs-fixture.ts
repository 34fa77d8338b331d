import { expect } from 'vitest';
import { createSqs } from '../../connectors/sqs/connector.ts';
import type { Store } from '../../src/backends/embedded/store.ts';
import { asArn } from '../../src/core/arn.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import { seededRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { operationFiles } from '../../src/package-files.ts';
import { ACCOUNT, type Answer, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { ACCOUNT, type Answer, START_MS } from '../support/service-calls.ts';

/** What several processes share. */
export const openSqsGround = groundForTests(START_MS, ['registry', 'leases', 'queues']);

/** SQS on a virtual clock, called as the gateway calls it. */
export function startSqs(
  options: {
    readonly store?: Store;
    readonly enforcePolicies?: boolean;
    readonly ground?: ReturnType<typeof openSqsGround>;
    readonly leases?: Leases;
  } = {},
) {
  const { store, enforcePolicies = false, ground = openSqsGround({ store }) } = options;
  const { activity, clock, registry, queues, leases = ground.leases } = { ...ground, leases: options.leases };
  const common = { clock, activity, random: seededRandom(7), timing: promptTiming };
  const entries: JournalEntry[] = [];
  const sqs = createSqs({
    ...common,
    ...{ queues, registry, leases },
    journal: { append: (entry) => entries.push(entry) },
    operations: operationFiles('connectors/sqs/api'),
    enforcePolicies,
  });
  ground.atEnd(() => sqs.close());
  const call = callsTo(sqs.api);
  /** Creates a queue and returns what one mostly does with it. */
  const queue = async (name: string, Attributes: Readonly<Record<string, string>> = {}) => {
    const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    const { QueueUrl } = await call('CreateQueue', { QueueName: name, Attributes: { ...fifo, ...Attributes } });
    return {
      QueueUrl: QueueUrl as string,
      arn: asArn(`arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`),
      send: (MessageBody: string, more: object = {}) => call('SendMessage', { QueueUrl, MessageBody, ...more }),
      receive: async (more: object = {}): Promise<readonly Answer[]> =>
        (await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? [],
      bodies: async (more: object = {}): Promise<readonly string[]> =>
        ((await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? []).map(
          ({ Body }: { readonly Body: string }) => Body,
        ),
      remove: (ReceiptHandle: string) => call('DeleteMessage', { QueueUrl, ReceiptHandle }),
      attributes: async (...AttributeNames: string[]): Promise<Readonly<Record<string, string>>> =>
        (await call('GetQueueAttributes', { QueueUrl, AttributeNames })).Attributes ?? {},
      set: (attributes: object) => call('SetQueueAttributes', { QueueUrl, Attributes: attributes }),
    };
  };
  return { ...common, sqs, queues, entries, call, queue };
}

/** The text of a redrive policy. */
export function redriveTo(arn: string, maxReceiveCount: number): { readonly RedrivePolicy: string } {
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount }) };
}

/** Expects AWS's refusal, code and text. */
export async function expectRefusal(call: Promise<unknown>, code: string, message: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ code, message });
}
