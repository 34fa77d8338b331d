import { createEvents } from '../../connectors/events/connector.ts';
import { createSqs } from '../../connectors/sqs/connector.ts';
import type { Store } from '../../src/backends/embedded/store.ts';
import { type Arn, asArn, parseArn } from '../../src/core/arn.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Measurement } from '../../src/core/metrics/metrics.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { MissedPolicy } from '../../src/core/schedule/timetable.ts';
import type { Delivery, DeliveryOutcome, ResourceDescription, Target } from '../../src/core/target.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';
import { createTimetable } from '../../src/cron/timetable.ts';
import { operationFiles } from '../../src/package-files.ts';
import { ACCOUNT, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { ACCOUNT, type Answer, START_MS } from '../support/service-calls.ts';

import { PATIENCE_MS } from '../support/patience.ts';

/** What several processes share. */
export const openEventsGround = groundForTests(START_MS, ['registry', 'leases', 'queues', 'tasks', 'logs']);

/** A delivery that a fake target got. */
export interface Got {
  readonly arn: Arn;
  readonly text: string;
  readonly delivery: Delivery;
}

/** What a metric was told. */
export type Measured = Measurement & { readonly dimensions: Readonly<Record<string, string>> };

/** EventBridge on a virtual clock, called as the gateway calls it; SQS is real, functions, streams and the like are fakes. */
export function startEvents(
  choices: {
    readonly store?: Store;
    readonly ground?: ReturnType<typeof openEventsGround>;
    readonly enforcePolicies?: boolean;
    readonly missed?: MissedPolicy;
  } = {},
) {
  const { store, enforcePolicies = false, ground = openEventsGround({ store }) } = choices;
  const { activity, clock } = ground;
  const entries: JournalEntry[] = [];
  const measured: Measured[] = [];
  const common = {
    ...ground,
    random: seededRandom(7),
    timing: promptTiming,
    journal: { append: (entry: JournalEntry) => entries.push(entry) },
    enforcePolicies,
  };
  const sqs = createSqs({ ...common, operations: operationFiles('connectors/sqs/api') });
  const fakes = fakeTargets();
  const byService = new Map<string, Target>();
  const timetable = createTimetable({ ...common, missed: choices.missed ?? 'once' });
  const events = createEvents({
    ...common,
    metrics: {
      record: (_scope, _namespace, dimensions, measurements) =>
        measured.push(...measurements.map((measurement) => ({ ...measurement, dimensions }))),
    },
    targets: { find: (arn) => byService.get(parseArn(arn)?.service ?? '') },
    operations: operationFiles('connectors/events/api'),
    expressions: createScheduleExpressions(),
    timetable,
  });
  for (const target of [sqs.target, events.target, ...fakes.targets]) byService.set(target.service, target);
  timetable.start();
  events.start();
  const close = async () => {
    await timetable.close();
    await events.close();
    await sqs.close();
  };
  ground.atEnd(close);
  const call = callsTo(events.api, sqs.api);
  const queue = async (QueueName: string, Attributes: Readonly<Record<string, string>> = {}) => {
    const { QueueUrl } = await call('CreateQueue', { QueueName, Attributes });
    const receive = async () =>
      (await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] })).Messages ??
      [];
    return {
      QueueUrl,
      arn: asArn(`arn:aws:sqs:us-east-1:${ACCOUNT}:${QueueName}`),
      receive,
      bodies: async (): Promise<readonly string[]> => (await receive()).map(({ Body }: { Body: string }) => Body),
    };
  };
  /** Puts a rule, by default one for source `shop`, with targets. */
  const rule = async (Name: string, targets: readonly object[], more: object = {}) => {
    const pattern = 'ScheduleExpression' in more ? {} : { EventPattern: '{"source":["shop"]}' };
    const { RuleArn } = await call('PutRule', { Name, ...pattern, ...more });
    const named = 'EventBusName' in more ? { EventBusName: more.EventBusName } : {};
    const Targets = targets.map((target, index) => ({ Id: `target-${index}`, ...target }));
    if (Targets.length > 0) await call('PutTargets', { Rule: Name, Targets, ...named });
    return RuleArn as Arn;
  };
  /** Puts one event and waits until all that it sets off is over. */
  const put = async (entry: object = {}, context: object = {}) => {
    const answer = await call('PutEvents', { Entries: [eventEntry(entry)] }, context);
    await settled();
    return answer;
  };
  const settled = async () => {
    const left = await activity.rest(PATIENCE_MS);
    if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
  };
  return {
    ground,
    clock,
    activity,
    events,
    timetable,
    entries,
    measured,
    fakes,
    call,
    queue,
    rule,
    put,
    settled,
    close,
  };
}

/** An entry of `PutEvents` that is in order. */
export const eventEntry = (more: object = {}): object => ({
  Source: 'shop',
  DetailType: 'Order Placed',
  Detail: '{"id": 7}',
  ...more,
});

/** ARNs of what the fakes stand for. */
export const FUNCTION = asArn(`arn:aws:lambda:us-east-1:${ACCOUNT}:function:orders`);
export const STREAM = asArn(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/orders`);
export const TOPIC = asArn(`arn:aws:sns:us-east-1:${ACCOUNT}:orders`);
export const LOG_GROUP = asArn(`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/events/orders`);

function fakeTargets() {
  const got: Got[] = [];
  const answers = {
    answer: (_got: Got, count: number): DeliveryOutcome | Promise<DeliveryOutcome> => ({
      kind: 'accepted',
      id: `id-${count}`,
    }),
    describe: (arn: Arn): ResourceDescription => ({ arn }),
  };
  const targets = ['lambda', 'kinesis', 'sns', 'logs'].map(
    (service): Target => ({
      service,
      async deliver(arn, delivery) {
        const one: Got = { arn, text: Buffer.from(delivery.payload).toString(), delivery };
        got.push(one);
        return await answers.answer(one, got.length);
      },
      describe: async (arn) => answers.describe(arn),
    }),
  );
  return { got, targets, answers };
}
