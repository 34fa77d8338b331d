import type { Clock } from '../core/clock.ts';
import type { InvokeOutcome, InvokeRequest } from '../core/dispatch.ts';
import type { EventInvokeConfig, FunctionDirectory } from '../core/function.ts';
import { type Journal, traceIdOf } from '../core/journal.ts';
import type { TaskVerdict } from '../core/ports/task-queue.ts';
import type { Random } from '../core/random.ts';
import { type AttemptFailure, decideRetry, hasOutlived, type RetryPolicy } from '../core/retry-policy.ts';
import type { Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import type { DeferredEvents } from './deferred-events.ts';
import type { Conclusion, Condition, LastResponse } from './destination-record.ts';
import type { InvocationMetrics } from './invocation-metrics.ts';
import type { OwedDelivery } from './owed-delivery.ts';
import { deliverOwed, owedDeliveries } from './sinks.ts';

/**
 * One asynchronous invocation as its task stores it. It goes through two states:
 *
 *   waiting → (attempt) → waiting, when it is to be tried again
 *           → concluding, when it succeeded or was given up and a destination or dead letter is owed
 *           → gone, when nothing is owed
 *   concluding → (delivery) → concluding, when a target could not take it yet → gone
 */
export interface AsyncInvocation {
  readonly request: InvokeRequest;
  readonly acceptedAtMs: number;
  /** Attempts that reached the function. */
  readonly attempts: number;
  /** Attempts in a row that did not. */
  readonly deferrals: number;
  /** Present once it concludes. */
  readonly owed?: readonly OwedDelivery[];
  readonly deliveryTries?: number;
}

/** What an asynchronous invocation needs to go on. */
export interface AsyncParts {
  readonly functions: FunctionDirectory;
  readonly targets: Targets;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly deferred: DeferredEvents;
  readonly metrics: InvocationMetrics;
  readonly run: (request: InvokeRequest) => Promise<InvokeOutcome>;
}

/** Times that a delivery is tried; AWS says only that it retries. */
const MAX_DELIVERY_TRIES = 5;
const FIRST_DELIVERY_DELAY_MS = 1000;

/** Takes the invocation one step further: an attempt, or the deliveries it owes. */
export async function advanceInvocation(
  parts: AsyncParts,
  state: AsyncInvocation,
  signal: AbortSignal,
): Promise<TaskVerdict> {
  return state.owed ? deliver(parts, state, state.owed, signal) : attempt(parts, state, signal);
}

async function attempt(parts: AsyncParts, state: AsyncInvocation, signal: AbortSignal): Promise<TaskVerdict> {
  const { request } = state;
  if (state.deferrals > 0) parts.deferred.leave(request.functionArn);
  const found = await parts.functions.resolve(request.functionArn);
  // Nothing knows any more where its records would go.
  if (found.kind === 'missing') return drop(parts, state, `Function not found: ${found.arn}`);
  // Looked up at each attempt, for exactly the qualifier: a change takes effect on events that wait.
  const config = await parts.functions.eventInvokeConfig(request.functionArn);
  const policy: RetryPolicy = { ...config, timing: parts.timing };
  const conclude = (condition: Condition, attempts: number, response?: LastResponse) =>
    finish(parts, { ...state, attempts }, { condition, response, config, deadLetterArn: found.deadLetterArn }, signal);

  if (found.reservedConcurrency === 0) return conclude('ZeroReservedConcurrency', state.attempts);
  if (hasOutlived(policy, state.acceptedAtMs, parts.clock.nowMs())) return conclude('EventAgeExceeded', state.attempts);

  parts.metrics.aged(request.functionArn, parts.clock.nowMs() - state.acceptedAtMs);
  const outcome = await runGuarded(parts, request);
  const response = responseOf(outcome);
  if (outcome.kind === 'ok') return conclude('Success', state.attempts + 1, response);

  const failure: AttemptFailure = response ? 'function-error' : 'deferred';
  const attempts = state.attempts + (response ? 1 : 0);
  const deferrals = response ? 0 : state.deferrals + 1;
  const nowMs = parts.clock.nowMs();
  const spread = parts.deferred.spread(request.functionArn);
  const history = { acceptedAtMs: state.acceptedAtMs, nowMs, attempts, deferrals, spread };
  const decision = decideRetry(policy, failure, history);
  if (decision.kind === 'give-up') return conclude(decision.condition, attempts, response);
  if (deferrals > 0) parts.deferred.enter(request.functionArn);
  journalRetry(parts.journal, request, failure, decision.atMs);
  return { kind: 'again', data: { ...state, attempts, deferrals }, dueAtMs: decision.atMs };
}

/** A fault of ours is a service error to the event: it is kept and tried again. */
async function runGuarded(parts: AsyncParts, request: InvokeRequest): Promise<InvokeOutcome> {
  try {
    return await parts.run(request);
  } catch (error) {
    note(parts.journal, request, 'fault', `Invocation of ${request.functionArn} could not run: ${String(error)}`);
    return { kind: 'refused', status: 500, code: 'ServiceException', message: String(error) };
  }
}

function responseOf(outcome: InvokeOutcome): LastResponse | undefined {
  if (outcome.kind !== 'ok' && outcome.kind !== 'function-error') return undefined;
  const { payload, report } = outcome;
  return { payload, executedVersion: report.executedVersion, functionError: outcome.kind === 'function-error' };
}

interface Ending extends Pick<Conclusion, 'condition' | 'response'> {
  readonly config: EventInvokeConfig;
  readonly deadLetterArn: Parameters<typeof owedDeliveries>[2];
}

async function finish(
  parts: AsyncParts,
  state: AsyncInvocation,
  { condition, response, config, deadLetterArn }: Ending,
  signal: AbortSignal,
): Promise<TaskVerdict> {
  const { request, attempts } = state;
  const nowMs = parts.clock.nowMs();
  const { functionArn, requestId, payload: requestPayload } = request;
  const conclusion = { functionArn, requestId, requestPayload, condition, attempts, response, nowMs };
  if (condition !== 'Success') parts.metrics.dropped(functionArn);
  const owed = owedDeliveries(conclusion, config, deadLetterArn, parts.random);
  note(parts.journal, request, 'decision', `Asynchronous invocation of ${functionArn} is over: ${condition}`, {
    condition,
    attempts,
    owed: owed.map(({ sink, arn }) => `${sink} ${arn}`),
  });
  return owed.length === 0 ? { kind: 'done' } : deliver(parts, state, owed, signal);
}

async function deliver(
  parts: AsyncParts,
  state: AsyncInvocation,
  owed: readonly OwedDelivery[],
  signal: AbortSignal,
): Promise<TaskVerdict> {
  const tries = (state.deliveryTries ?? 0) + 1;
  const left = await deliverOwed(parts, state.request, owed, { lastTry: tries >= MAX_DELIVERY_TRIES, signal });
  if (left.length === 0) return { kind: 'done' };
  const dueAtMs = parts.clock.nowMs() + FIRST_DELIVERY_DELAY_MS * 2 ** (Math.min(tries, MAX_DELIVERY_TRIES) - 1);
  return { kind: 'again', data: { ...state, owed: left, deliveryTries: tries }, dueAtMs };
}

function drop(parts: AsyncParts, { request }: AsyncInvocation, why: string): TaskVerdict {
  parts.metrics.dropped(request.functionArn);
  note(parts.journal, request, 'decision', `Asynchronous invocation of ${request.functionArn} dropped: ${why}`);
  return { kind: 'done' };
}

function journalRetry(journal: Journal, request: InvokeRequest, failure: AttemptFailure, atMs: number): void {
  const at = new Date(atMs).toISOString();
  note(journal, request, 'retry', `Asynchronous invocation of ${request.functionArn} is tried again at ${at}`, {
    failure,
    atMs,
  });
}

function note(
  journal: Journal,
  request: InvokeRequest,
  kind: 'retry' | 'decision' | 'fault',
  what: string,
  detail?: Parameters<Journal['append']>[0]['detail'],
): void {
  const { eventIds, requestId, functionArn } = request;
  journal.append({
    kind,
    what,
    eventIds,
    requestId,
    arn: functionArn,
    traceId: traceIdOf(request.traceHeader),
    detail,
  });
}
