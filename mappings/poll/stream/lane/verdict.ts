import type { InvokeOutcome } from '../../../../src/core/dispatch.ts';
import { parseLosslessJson } from '../../../../src/core/json/lossless-json.ts';
import { readBatchResponse } from '../../batch-response.ts';
import type { FailureReporting } from './batch-format.ts';
import type { Attempt, LaneRecord, Verdict } from './stream-batch.ts';

/** What the function's answer is read with. */
export interface VerdictRules {
  readonly requestId: string;
  /** How the function says which records failed; absent where it does not. */
  readonly reporting: FailureReporting | undefined;
  /** Within a tumbling window an answer without a state is a failure. */
  readonly windowed: boolean;
}

/** What an outcome means for the batch; `state` is what the function returned of it in a tumbling window. */
export function readVerdict(
  outcome: InvokeOutcome,
  records: readonly LaneRecord[],
  rules: VerdictRules,
): { readonly verdict: Verdict; readonly state?: string | undefined } {
  switch (outcome.kind) {
    case 'throttled':
      return { verdict: { kind: 'deferred', why: `Throttled (${outcome.reason})` } };
    case 'refused':
      return { verdict: refusal(outcome, rules.requestId) };
    case 'function-error':
      return { verdict: { kind: 'failed', attempt: attemptOf(rules.requestId, outcome, 'Unhandled') } };
    case 'ok':
      return answered(outcome, records, rules);
  }
}

type Answered = Extract<InvokeOutcome, { kind: 'ok' }>;

function answered(outcome: Answered, records: readonly LaneRecord[], rules: VerdictRules) {
  const attempt = attemptOf(rules.requestId, outcome, null);
  const failed = { verdict: { kind: 'failed', attempt } } as const;
  const state = rules.windowed ? returnedState(outcome.payload) : undefined;
  if (rules.windowed && state === undefined) return failed;
  const { reporting } = rules;
  if (!reporting || records.length === 0) return { verdict: { kind: 'succeeded' }, state } as const;
  const order = records.map(({ record }) => reporting.nameOf(record));
  const response = readBatchResponse(outcome.payload, new Set(order), reporting.read);
  switch (response.kind) {
    case 'succeeded':
      return { verdict: { kind: 'succeeded' }, state } as const;
    case 'partly-failed': {
      const failed = records.filter((_, index) => response.failed.has(order[index] ?? ''));
      if (reporting.alone) return { verdict: { kind: 'failed-alone', failed, attempt }, state } as const;
      // Only the lowest sequence number matters: the batch goes on there. …/services-kinesis-batchfailurereporting.html
      const index = order.findIndex((name) => response.failed.has(name));
      return { verdict: { kind: 'failed-at', index, attempt }, state: index > 0 ? state : undefined } as const;
    }
    case 'not-understood':
      return failed;
  }
}

/** The function is on its way, or was deleted: the batch waits. Any other refusal is final for this attempt. */
function refusal({ code, message, status }: Extract<InvokeOutcome, { kind: 'refused' }>, requestId: string): Verdict {
  const functionIsGone = code === 'ResourceNotFoundException';
  const waits = code === 'ResourceConflictException' || functionIsGone || status >= 500;
  if (waits) return { kind: 'deferred', why: message, functionIsGone };
  return { kind: 'failed', attempt: { requestId, executedVersion: '$LATEST', functionError: 'Unhandled' } };
}

const attemptOf = (
  requestId: string,
  { report }: Extract<InvokeOutcome, { kind: 'ok' | 'function-error' }>,
  functionError: string | null,
): Attempt => ({ requestId, executedVersion: report.executedVersion, functionError });

/** The text of the answer's `state`, whose numbers must survive as they were written. */
function returnedState(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload).toString();
  const answer = parseLosslessJson(text);
  const state = answer?.kind === 'object' ? answer.members.get('state') : undefined;
  return state && text.slice(state.start, state.end);
}
