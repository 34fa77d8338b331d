import type { Activity } from '../core/activity.ts';
import { type Clock, realClock, sleep } from '../core/clock.ts';
import type { Dispatcher, InvokeRequest, Invoker } from '../core/dispatch.ts';
import type { FunctionDirectory } from '../core/function.ts';
import { type Journal, traceIdOf } from '../core/journal.ts';
import { type Metrics, noMetrics } from '../core/metrics/metrics.ts';
import type { Permits } from '../core/ports/permits.ts';
import type { TaskQueue } from '../core/ports/task-queue.ts';
import type { Random } from '../core/random.ts';
import type { Target, Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import { traceHeaderFor } from '../core/trace-header.ts';
import { createStartedWork } from '../core/waiting/started-work.ts';
import { type AsyncInvocation, type AsyncParts, advanceInvocation } from './async-invocation.ts';
import { createConcurrencyGate } from './concurrency-gate.ts';
import { DeferredEvents } from './deferred-events.ts';
import { createInvocationMetrics } from './invocation-metrics.ts';
import { createLambdaTarget } from './lambda-target.ts';
import { type RunParts, runInvocation } from './run-invocation.ts';

/** What the dispatcher is made of. */
export interface DispatcherOptions {
  readonly functions: FunctionDirectory;
  readonly invoker: Invoker;
  readonly tasks: TaskQueue;
  /** Hold the concurrency limits. */
  readonly permits: Permits;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly accountConcurrency: number;
  /** Takes what Lambda publishes of invocations; nobody does when absent. */
  readonly metrics?: Metrics | undefined;
}

/** The dispatcher with its life cycle and its face as a target for other services. */
export interface RunningDispatcher extends Dispatcher {
  /** Functions as targets of notifications, destinations and subscriptions. */
  readonly target: Target;
  /** Begins to run what is queued, also what an earlier process left. */
  start(): void;
  /** Forgets what is queued and resolves when the runs in progress have ended. */
  reset(): Promise<void>;
  /** Starts nothing more and waits, at most that long in real time, for the runs in progress; the rest stays queued. */
  close(deadlineMs: number): Promise<void>;
}

const QUEUE = 'async-invocations';

/** Steps beside the environments' number that may run at once: deliveries need none. */
const EXTRA_STEPS = 16;

/** Builds the dispatcher; nothing runs until `start`. Synchronous invocations need no start. */
export function createDispatcher(options: DispatcherOptions): RunningDispatcher {
  const { functions, tasks, clock, random, journal, activity } = options;
  const gate = createConcurrencyGate(options.permits, options.accountConcurrency, (scope) =>
    functions.reservedTotal(scope),
  );
  const metrics = createInvocationMetrics(options.metrics ?? noMetrics);
  const runParts: RunParts = { functions, invoker: options.invoker, gate, journal, activity, metrics };
  // What the function sets off carries on its trace, by which the journal follows the event that led to it.
  const run = (request: InvokeRequest) => runInvocation(runParts, traced(request, options));
  const deferred = new DeferredEvents(random);
  const parts: AsyncParts = {
    functions,
    targets: options.targets,
    journal,
    clock,
    random,
    timing: options.timing,
    deferred,
    metrics,
    run,
  };
  const queue = createAsyncQueue(options, parts);
  const target = createLambdaTarget({ functions, random, enqueue: queue.enqueue });

  return {
    target,
    invoke: (request) => run(request),
    enqueue: queue.enqueue,
    start: queue.start,
    async reset() {
      const running = queue.stop();
      await tasks.clear(QUEUE);
      await running;
      deferred.clear();
      queue.start();
    },
    async close(deadlineMs) {
      const running = queue.stop();
      const giveUp = new AbortController();
      const deadline = sleep(realClock, deadlineMs, giveUp.signal).catch(() => {});
      await Promise.race([running, deadline]);
      giveUp.abort();
    },
  };
}

/** With a trace of its own where it brings none. */
function traced(request: InvokeRequest, { clock, random }: Pick<DispatcherOptions, 'clock' | 'random'>): InvokeRequest {
  if (request.traceHeader !== undefined) return request;
  return { ...request, traceHeader: traceHeaderFor(undefined, clock.nowMs(), random) };
}

function createAsyncQueue({ tasks, clock, random, journal, invoker }: DispatcherOptions, parts: AsyncParts) {
  const work = createStartedWork((signal) => {
    const step = (task: { readonly data: unknown }, ended: AbortSignal) =>
      advanceInvocation(parts, task.data as AsyncInvocation, ended);
    return tasks.process(QUEUE, invoker.capacity + EXTRA_STEPS, step, signal);
  });
  return {
    ...{ start: work.start, stop: work.stop },
    async enqueue(given: InvokeRequest): Promise<void> {
      const nowMs = clock.nowMs();
      const request = traced(given, { clock, random });
      const { requestId, functionArn, eventIds } = request;
      const data: AsyncInvocation = { request, acceptedAtMs: nowMs, attempts: 0, deferrals: 0 };
      journal.append({
        kind: 'event',
        what: `Asynchronous invocation of ${functionArn}`,
        eventIds,
        requestId,
        arn: functionArn,
        traceId: traceIdOf(request.traceHeader),
      });
      await tasks.add(QUEUE, { id: requestId, data, dueAtMs: nowMs });
      parts.metrics.received(functionArn);
    },
  };
}
