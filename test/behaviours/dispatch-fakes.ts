// What the tests of dispatch and mappings stand on: functions, environments and targets that do as they are told, on a
// virtual clock.
import type { Store } from '../../src/backends/embedded/store.ts';
import { type Arn, asArn } from '../../src/core/arn.ts';
import type { InvokeOutcome, InvokeReport, InvokeRequest, Invoker } from '../../src/core/dispatch.ts';
import type { EventInvokeConfig, FunctionDirectory, FunctionSpec, ResolvedFunction } from '../../src/core/function.ts';
import type { Journal, JournalEntry } from '../../src/core/journal.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { Permits } from '../../src/core/ports/permits.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Delivery, DeliveryOutcome, Target, Targets } from '../../src/core/target.ts';
import { promptTiming, type Timing } from '../../src/core/timing.ts';
import { createDispatcher } from '../../src/dispatch/dispatcher.ts';
import { PublishedMetrics } from '../support/published-metrics.ts';
import { groundForTests } from '../support/test-ground.ts';

export const START_MS = Date.parse('2026-01-01T00:00:00Z');
export const FUNCTION = asArn('arn:aws:lambda:us-east-1:000000000000:function:fn');
export const QUEUE = asArn('arn:aws:sqs:us-east-1:000000000000:queue');
export const DEAD_LETTERS = asArn('arn:aws:sqs:us-east-1:000000000000:dead-letters');
export const TOPIC = asArn('arn:aws:sns:us-east-1:000000000000:topic');
export const BUS = asArn('arn:aws:events:us-east-1:000000000000:event-bus/bus');
export const BUCKET = asArn('arn:aws:s3:::records');

export const REPORT: InvokeReport = {
  durationMs: 1,
  billedMs: 1,
  maxMemoryMb: 40,
  executedVersion: '$LATEST',
  logTail: '',
};

type Ran = Extract<InvokeOutcome, { kind: 'ok' | 'function-error' }>;

/** A successful run that returned this JSON text. */
export const returned = (json: string): Ran => ({ kind: 'ok', payload: Buffer.from(json), report: REPORT });

/** A failed run. */
export const threw = (errorMessage: string): Ran => ({
  kind: 'function-error',
  payload: Buffer.from(JSON.stringify({ errorMessage, errorType: 'Error' })),
  report: REPORT,
});

/** A function as the directory knows it; change its fields to change its settings. */
export interface FakeFunction {
  handler: (request: InvokeRequest) => Promise<Ran> | Ran;
  reservedConcurrency?: number | undefined;
  deadLetterArn?: Arn | undefined;
  missing?: boolean;
  state?: 'Pending' | 'Active' | 'Failed';
  timeoutMs?: number;
  config: EventInvokeConfig;
}

const NO_CONFIG: EventInvokeConfig = { maximumRetryAttempts: 2, maximumEventAgeMs: 6 * 3600 * 1000 };

export const fakeFunction = (handler: FakeFunction['handler']): FakeFunction => ({ handler, config: NO_CONFIG });

function fakeDirectory(functions: Map<string, FakeFunction>): FunctionDirectory {
  const named = (arn: Arn) => functions.get(arn.split(':').slice(0, 7).join(':'));
  return {
    async resolve(arn): Promise<ResolvedFunction> {
      const known = named(arn);
      if (!known || known.missing) return { kind: 'missing', arn };
      const spec = specOf(arn, known);
      const { reservedConcurrency, deadLetterArn } = known;
      return {
        kind: 'found',
        spec,
        state: known.state ?? 'Active',
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
        ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
      };
    },
    eventInvokeConfig: async (arn) => named(arn)?.config ?? NO_CONFIG,
    reservedTotal: async () =>
      [...functions.values()].reduce((sum, known) => sum + (known.reservedConcurrency ?? 0), 0),
    allowsInvoke: async () => true,
  };
}

function specOf(arn: Arn, known: FakeFunction): FunctionSpec {
  const [, , , region = '', account = '', , name = ''] = arn.split(':');
  return {
    arn: asArn(arn.split(':').slice(0, 7).join(':')),
    name,
    account,
    region,
    version: '$LATEST',
    revision: '1',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    codeDir: '/var/task',
    live: false,
    memoryMb: 128,
    timeoutMs: known.timeoutMs ?? 3000,
    ephemeralStorageMb: 512,
    environment: {},
    role: asArn('arn:aws:iam::000000000000:role/r'),
    logGroup: `/aws/lambda/${name}`,
    logFormat: 'Text',
  };
}

/** A target that keeps what it got; `answers` are given first, then everything is accepted. */
export class FakeTarget implements Target {
  readonly service: string;
  readonly got: { readonly arn: Arn; readonly atMs: number; readonly delivery: Delivery }[] = [];
  readonly answers: DeliveryOutcome[] = [];
  readonly #nowMs: () => number;

  constructor(service: string, nowMs: () => number) {
    this.service = service;
    this.#nowMs = nowMs;
  }

  async deliver(arn: Arn, delivery: Delivery): Promise<DeliveryOutcome> {
    const answer = this.answers.shift() ?? { kind: 'accepted' };
    if (answer.kind === 'accepted') this.got.push({ arn, delivery, atMs: this.#nowMs() - START_MS });
    return answer;
  }

  async describe(arn: Arn) {
    return { arn };
  }
}

/** Text of the payloads that a target got. */
export const texts = (target: FakeTarget) => target.got.map(({ delivery }) => Buffer.from(delivery.payload).toString());

const openGround = groundForTests(START_MS, ['registry', 'leases', 'permits', 'tasks']);

/** A dispatcher with one function `fn`, started, on a virtual clock. */
export function setUpDispatch(
  options: {
    readonly accountConcurrency?: number;
    readonly timing?: Partial<Timing>;
    readonly capacity?: number;
    readonly store?: Store;
    readonly functions?: Map<string, FakeFunction>;
    readonly permits?: Permits;
    readonly leases?: Leases;
  } = {},
) {
  const ground = openGround({ store: options.store });
  const { activity, clock, registry, tasks } = ground;
  const { permits = ground.permits, leases = ground.leases } = options;
  const random = seededRandom(1);
  const timing = { ...promptTiming, ...options.timing };
  const entries: JournalEntry[] = [];
  const journal: Journal = { append: (entry) => entries.push(entry) };
  const functions = options.functions ?? new Map<string, FakeFunction>();
  const calls: { readonly request: InvokeRequest; readonly atMs: number }[] = [];
  const invoker: Invoker = {
    capacity: options.capacity ?? 100,
    async invoke(spec, request) {
      calls.push({ request, atMs: clock.nowMs() - START_MS });
      const known = functions.get(spec.arn);
      if (!known) throw new Error(`no function ${spec.arn}`);
      return await known.handler(request);
    },
    support: async () => undefined,
    retire: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const sqs = new FakeTarget('sqs', () => clock.nowMs());
  const s3 = new FakeTarget('s3', () => clock.nowMs());
  const sns = new FakeTarget('sns', () => clock.nowMs());
  const events = new FakeTarget('events', () => clock.nowMs());
  const known: Target[] = [sqs, s3, sns, events];
  const targets: Targets = { find: (arn) => known.find(({ service }) => service === arn.split(':')[2]) };
  const directory = fakeDirectory(functions);
  const metrics = new PublishedMetrics();
  const dispatcher = createDispatcher({
    functions: directory,
    invoker,
    tasks,
    permits,
    targets,
    clock,
    random,
    timing,
    journal,
    activity,
    metrics,
    accountConcurrency: options.accountConcurrency ?? 1000,
  });
  known.push(dispatcher.target);
  dispatcher.start();
  ground.atEnd(() => dispatcher.close(0));
  return {
    activity,
    clock,
    random,
    timing,
    entries,
    journal,
    functions,
    calls,
    invoker,
    directory,
    dispatcher,
    metrics,
    permits,
    leases,
    registry,
    atEnd: ground.atEnd,
    sqs,
    s3,
    sns,
    events,
    targets,
  };
}

/** A request of the kind that `Invoke` makes. */
export function request(payload: string, requestId = 'r-1', functionArn: Arn = FUNCTION): InvokeRequest {
  return {
    functionArn,
    payload: Buffer.from(payload),
    requestId,
    trigger: 'direct',
    eventIds: [`event-of-${requestId}`],
  };
}

export const never = new AbortController().signal;

/** A promise that is settled from outside. */
export function gate<T>() {
  let open: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
