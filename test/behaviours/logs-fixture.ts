import { gunzipSync } from 'node:zlib';
import type { Arn } from '../../src/core/arn.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Measurement } from '../../src/core/metrics/metrics.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Delivery, DeliveryOutcome, ResourceDescription, Target } from '../../src/core/target.ts';
import { operationFiles } from '../../src/package-files.ts';
import { createLogs } from '../../src/services/logs/logs.ts';
import { callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { refusalOf } from '../support/service-calls.ts';

export const SCOPE = { account: '000000000000', region: 'us-east-1' };
export const GROUP = 'orders';
export const STREAM = 'a-stream';

const openGround = groundForTests(START_MS, ['registry', 'tasks', 'logs']);

/** What arrived where. */
export interface Arrived extends Delivery {
  readonly arn: Arn;
}

/** CloudWatch Logs on a virtual clock, called as the gateway calls it; functions and streams take what `answer` says. */
export function startLogs(answer: (arn: Arn) => DeliveryOutcome = () => ({ kind: 'accepted', id: 'delivered' })) {
  const ground = openGround();
  const { clock, activity, registry, tasks, logs: store } = ground;
  const entries: JournalEntry[] = [];
  const arrived: Arrived[] = [];
  const measured: (readonly [namespace: string, dimensions: object, Measurement])[] = [];
  const described = new Map<string, Partial<ResourceDescription>>();
  const target = (service: string): Target => ({
    service,
    async deliver(arn, delivery) {
      const outcome = answer(arn);
      if (outcome.kind === 'accepted') arrived.push({ ...delivery, arn });
      return outcome;
    },
    describe: async (arn) => ({ arn, allows: async () => true, ...described.get(arn) }),
  });
  const byService = new Map(['lambda', 'kinesis'].map((service) => [service, target(service)]));
  const logs = createLogs({
    ...{ logs: store, registry, tasks, clock, activity },
    random: seededRandom(7),
    journal: { append: (entry) => entries.push(entry) },
    metrics: {
      record: (_scope, namespace, dimensions, values) =>
        measured.push(...values.map((value) => [namespace, dimensions, value] as const)),
    },
    targets: { find: (arn) => byService.get(arn.split(':')[2] ?? '') },
    operations: operationFiles('src/services/logs/api'),
  });
  logs.start();
  ground.atEnd(() => logs.close());
  const call = callsTo(logs.api);
  /** Makes a group with a stream and returns what one mostly does with it. */
  const stream = async (logGroupName = GROUP, logStreamName = STREAM) => {
    await call('CreateLogGroup', { logGroupName }).catch(() => {});
    await call('CreateLogStream', { logGroupName, logStreamName });
    const named = { logGroupName, logStreamName };
    return {
      put: (texts: readonly string[], fromMs = clock.nowMs()) =>
        call('PutLogEvents', { ...named, logEvents: eventsOf(texts, fromMs) }),
      get: (more: object = {}) => call('GetLogEvents', { ...named, ...more }),
      texts: async (more: object = {}): Promise<readonly string[]> =>
        textsOf(await call('GetLogEvents', { ...named, ...more })),
    };
  };
  return { logs, store, registry, tasks, clock, activity, call, stream, entries, arrived, measured, described };
}

/** Events with these texts, one a millisecond. */
export const eventsOf = (texts: readonly string[], fromMs: number) =>
  texts.map((message, index) => ({ timestamp: fromMs + index, message }));

/** The texts of an answer. */
export const textsOf = ({ events }: { readonly events: readonly { readonly message: string }[] }): readonly string[] =>
  events.map(({ message }) => message);

/** What is in an envelope, as functions or streams get it. */
export function openEnvelope({ payload }: Delivery) {
  const isFunction = payload[0] === '{'.charCodeAt(0);
  const bytes = isFunction
    ? Buffer.from(JSON.parse(Buffer.from(payload).toString()).awslogs.data, 'base64')
    : Buffer.from(payload);
  return JSON.parse(gunzipSync(bytes).toString());
}
