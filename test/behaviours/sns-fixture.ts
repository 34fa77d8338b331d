import { createSns } from '../../connectors/sns/connector.ts';
import { createSigner, SIGNING_KEY } from '../../connectors/sns/envelope/signer.ts';
import { createSqs } from '../../connectors/sqs/connector.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { type Arn, parseArn } from '../../src/core/arn.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Measurement } from '../../src/core/metrics/metrics.ts';
import { seededRandom, systemRandom } from '../../src/core/random.ts';
import type { Delivery, DeliveryOutcome, Target } from '../../src/core/target.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { operationFiles } from '../../src/package-files.ts';
import { ACCOUNT, type Answer, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { ACCOUNT, type Answer, START_MS } from '../support/service-calls.ts';

import { PATIENCE_MS } from '../support/patience.ts';

export { refusalOf } from './kinesis-fixture.ts';

/** Made once for all tests of a file: making one takes a while. */
const signingKey = await (async () => {
  const registry = openRegistry(openMemoryStore());
  await createSigner(registry).warm();
  return (await registry.get(SIGNING_KEY))?.value;
})();

/** What several processes share. */
export const openSnsGround = groundForTests(START_MS, ['registry', 'leases', 'queues', 'tasks']);

/** A delivery as a fake target has seen it. */
export interface Seen extends Delivery {
  readonly arn: Arn;
  readonly atMs: number;
  readonly text: string;
}

/** SNS and SQS on a virtual clock, called as the gateway calls them; functions are a fake that answers as it is told. */
export function startSns(
  options: {
    readonly store?: Store;
    readonly enforcePolicies?: boolean;
    readonly ground?: ReturnType<typeof openSnsGround>;
    /** What a function answers when it is delivered to. */
    readonly functionAnswers?: (delivery: Seen) => DeliveryOutcome;
    /** Whether a queue refuses what is delivered to it. */
    readonly queueFault?: (arn: Arn) => 'for now' | 'for good' | undefined;
  } = {},
) {
  const { store, enforcePolicies = false, ground = openSnsGround({ store }) } = options;
  const { functionAnswers = () => ({ kind: 'accepted', id: 'invocation' }) } = options;
  const { clock, activity, registry, leases, queues, tasks } = ground;
  if (!options.ground && !store && signingKey) void registry.put(SIGNING_KEY, signingKey);
  const random = options.ground ? systemRandom : seededRandom(7);
  const entries: JournalEntry[] = [];
  const measured: (Measurement & { readonly dimensions: Readonly<Record<string, string>> })[] = [];
  const seen: Seen[] = [];
  const logged: { readonly group: string; readonly text: string }[] = [];
  const journal = { append: (entry: JournalEntry) => entries.push(entry) };
  const common = { clock, activity, random, registry, leases, journal, enforcePolicies };
  const sqs = createSqs({
    ...common,
    ...{ queues, timing: promptTiming },
    operations: operationFiles('connectors/sqs/api'),
  });
  const lambda: Target = {
    service: 'lambda',
    async deliver(arn, delivery) {
      const text = Buffer.from(delivery.payload).toString();
      const one = { ...delivery, arn, text, atMs: clock.nowMs() };
      seen.push(one);
      return functionAnswers(one);
    },
    describe: async (arn) => ({ arn }),
  };
  const queueTarget: Target = {
    ...sqs.target,
    async deliver(arn, delivery, signal) {
      const fault = options.queueFault?.(arn);
      if (fault === undefined) return await sqs.target.deliver(arn, delivery, signal);
      return { kind: 'refused', permanent: fault === 'for good', code: 'Refused', message: `refused ${fault}` };
    },
  };
  const targets = new Map([queueTarget, lambda].map((target) => [target.service, target]));
  const sns = createSns({
    ...{ ...common, tasks },
    metrics: {
      record: (_scope, namespace, dimensions, measurements) => {
        if (namespace === 'AWS/SNS') measured.push(...measurements.map((one) => ({ ...one, dimensions })));
      },
    },
    statusLogs: { write: (_scope, group, _stream, text) => logged.push({ group, text }) },
    targets: { find: (arn) => targets.get(parseArn(arn)?.service ?? '') },
    operations: operationFiles('connectors/sns/api'),
    origin: () => 'http://localhost:4566',
  });
  targets.set('sns', sns.target);
  sns.start();
  ground.atEnd(() => sns.close());
  const call = callsTo(sns.api);
  const callSqs = callsTo(sqs.api);

  /** Waits until what was published has gone as far as it goes without time. */
  const settle = async () => {
    const left = await activity.rest(PATIENCE_MS);
    if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
  };
  /** Creates a topic and returns what one mostly does with it. */
  const topic = async (Name: string, Attributes: Readonly<Record<string, string>> = {}) => {
    const fifo = Name.endsWith('.fifo') ? { FifoTopic: 'true' } : {};
    const { TopicArn } = await call('CreateTopic', { Name, Attributes: { ...fifo, ...Attributes } });
    const subscribe = async (Protocol: string, Endpoint: string, attributes: object = {}): Promise<string> =>
      (await call('Subscribe', { TopicArn, Protocol, Endpoint, Attributes: attributes, ReturnSubscriptionArn: true }))
        .SubscriptionArn;
    return {
      TopicArn: TopicArn as string,
      subscribe,
      /** Subscribes a new queue. */
      queue: async (name: string, attributes: object = {}) => {
        const made = await queue(name);
        return { ...made, SubscriptionArn: await subscribe('sqs', made.arn, attributes) };
      },
      publish: async (Message: string, more: object = {}) => {
        const answer = await call('Publish', { TopicArn, Message, ...more });
        await settle();
        return answer as { readonly MessageId: string; readonly SequenceNumber?: string };
      },
    };
  };
  /** Creates a queue and returns what one mostly does with it. */
  const queue = async (name: string) => {
    const Attributes = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    const { QueueUrl } = await callSqs('CreateQueue', { QueueName: name, Attributes });
    const receive = async (): Promise<readonly Answer[]> => {
      const wanted = { MaxNumberOfMessages: 10, AttributeNames: ['All'], MessageAttributeNames: ['All'] };
      const { Messages = [] } = await callSqs('ReceiveMessage', { QueueUrl, ...wanted });
      for (const { ReceiptHandle } of Messages) await callSqs('DeleteMessage', { QueueUrl, ReceiptHandle });
      return Messages;
    };
    return {
      QueueUrl: QueueUrl as string,
      arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`,
      /** Takes what is there and deletes it. */
      receive,
      /** The bodies of these. */
      bodies: async (): Promise<readonly string[]> => (await receive()).map(({ Body }) => Body),
      /** The texts in their envelopes. */
      texts: async (): Promise<readonly string[]> => (await receive()).map(({ Body }) => JSON.parse(Body).Message),
      drop: () => callSqs('DeleteQueue', { QueueUrl }),
    };
  };
  return { ground, clock, activity, sns, sqs, call, callSqs, topic, queue, entries, measured, seen, logged, settle };
}

/** The ARN of a function of that name. */
export const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;
