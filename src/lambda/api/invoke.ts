import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import type { InvokeOutcome, InvokeRequest } from '../../core/dispatch.ts';
import { ServiceError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import { invocationTarget } from '../invocation/invocation-target.ts';
import { requireClientContext, requirePayload } from '../invocation/invoke-input.ts';
import { notSupported } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';

/** How much of the log `LogType: Tail` gives. */
const TAIL_BYTES = 4096;

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invoke: Operation<LambdaService, InvocationRequest, InvocationResponse> = async (
  service,
  input,
  context,
) => {
  if (input.DurableExecutionName !== undefined) throw notSupported('durable functions (DurableExecutionName)');
  if (input.TenantId !== undefined) throw notSupported('tenant isolation (TenantId)');
  const kind = input.InvocationType === 'Event' ? 'Event' : 'RequestResponse';
  const named = { functionName: input.FunctionName ?? '', qualifier: input.Qualifier };
  const { arn } = await invocationTarget(service, context, named);
  const payload = requirePayload(input.Payload, kind);
  requireClientContext(input.ClientContext);
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
  const request: InvokeRequest = {
    functionArn: arn,
    payload,
    requestId: context.requestId,
    trigger: 'direct',
    clientContext: kind === 'Event' ? undefined : input.ClientContext,
    traceHeader: context.traceHeader,
    eventIds: [],
  };
  if (kind === 'Event') {
    await service.dispatcher().enqueue(request);
    return { StatusCode: 202 };
  }
  const outcome = await service.dispatcher().invoke(request, context.signal);
  return answerTo(outcome, input.LogType === 'Tail');
};

function answerTo(outcome: InvokeOutcome, withLog: boolean): InvocationResponse {
  switch (outcome.kind) {
    case 'ok':
    case 'function-error': {
      const { executedVersion, logTail } = outcome.report;
      return {
        StatusCode: 200,
        ExecutedVersion: executedVersion,
        Payload: outcome.payload,
        // `Handled` is of the past: AWS says `Unhandled` of every error.
        ...(outcome.kind === 'function-error' ? { FunctionError: 'Unhandled' } : {}),
        ...(withLog ? { LogResult: Buffer.from(logTail).subarray(-TAIL_BYTES).toString('base64') } : {}),
      };
    }
    case 'throttled':
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        members: { Reason: outcome.reason, Type: 'User' },
      });
    case 'refused':
      throw new ServiceError(outcome.code, outcome.message, {
        status: outcome.status,
        members: { Type: outcome.status >= 500 ? 'Service' : 'User' },
      });
  }
}
