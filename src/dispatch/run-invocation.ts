import type { Activity } from '../core/activity.ts';
import type { InvokeOutcome, InvokeRequest, Invoker } from '../core/dispatch.ts';
import type { FunctionDirectory, ResolvedFunction } from '../core/function.ts';
import { type Journal, traceIdOf } from '../core/journal.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import type { InvocationMetrics } from './invocation-metrics.ts';

/** What one run of a function needs. */
export interface RunParts {
  readonly functions: FunctionDirectory;
  readonly invoker: Invoker;
  readonly gate: ConcurrencyGate;
  readonly journal: Journal;
  readonly metrics: InvocationMetrics;
  readonly activity: Activity;
}

/** Runs the function once, now, if its state and the concurrency limits allow it. */
export async function runInvocation(parts: RunParts, request: InvokeRequest): Promise<InvokeOutcome> {
  using _token = parts.activity.begin(`invocation of ${request.functionArn}`);
  const found = await parts.functions.resolve(request.functionArn);
  const outcome = refusalOf(found) ?? (await runFound(parts, found, request));
  parts.metrics.ended(request.functionArn, outcome);
  journalAttempt(parts.journal, request, outcome);
  return outcome;
}

async function runFound(parts: RunParts, found: ResolvedFunction, request: InvokeRequest): Promise<InvokeOutcome> {
  if (found.kind === 'missing') return missing(found.arn);
  const permit = await parts.gate.enter({ ...scopeOf(found), reservedConcurrency: found.reservedConcurrency });
  if (typeof permit === 'string') return { kind: 'throttled', reason: permit };
  using _permit = permit;
  parts.metrics.began(request.functionArn, permit);
  return await parts.invoker.invoke(found.spec, request);
}

function scopeOf({ spec }: Extract<ResolvedFunction, { kind: 'found' }>) {
  return { arn: spec.arn, account: spec.account, region: spec.region };
}

type Refusal = Extract<InvokeOutcome, { kind: 'refused' }>;

/** Why the function cannot run at all; `undefined` when it can. */
function refusalOf(found: ResolvedFunction): Refusal | undefined {
  if (found.kind === 'missing') return missing(found.arn);
  if (found.state !== 'Pending' && found.state !== 'Failed') return undefined;
  return {
    kind: 'refused',
    status: 409,
    code: 'ResourceConflictException',
    message: `The operation cannot be performed at this time. The function is currently in the following state: ${found.state}`,
  };
}

const missing = (arn: string): Refusal => ({
  kind: 'refused',
  status: 404,
  code: 'ResourceNotFoundException',
  message: `Function not found: ${arn}`,
});

function journalAttempt(journal: Journal, request: InvokeRequest, outcome: InvokeOutcome): void {
  journal.append({
    kind: 'attempt',
    what: `Invocation of ${request.functionArn}: ${summary(outcome)}`,
    eventIds: request.eventIds,
    requestId: request.requestId,
    arn: request.functionArn,
    traceId: traceIdOf(request.traceHeader),
    detail: { outcome: outcome.kind, trigger: request.trigger, ...bodyOf(request) },
  });
}

/** Within the 64 KB that the journal keeps of an entry, with room for its other members. */
const MAX_BODY_BYTES = 60 * 2 ** 10;

/** What a replay sends again. */
const bodyOf = ({ payload }: InvokeRequest): { readonly payload?: string } =>
  payload.length > MAX_BODY_BYTES
    ? {}
    : { payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString() };

function summary(outcome: InvokeOutcome): string {
  switch (outcome.kind) {
    case 'ok':
      return `ok in ${outcome.report.durationMs.toFixed(2)} ms`;
    case 'function-error':
      return `function error${outcome.report.status ? ` (${outcome.report.status})` : ''} in ${outcome.report.durationMs.toFixed(2)} ms`;
    case 'throttled':
      return `throttled, ${outcome.reason}`;
    case 'refused':
      return `refused, ${outcome.code}: ${outcome.message}`;
  }
}
