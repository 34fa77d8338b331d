import { buffer } from 'node:stream/consumers';
import type { InvokeAsyncRequest, InvokeAsyncResponse } from '@aws-sdk/client-lambda';
import type { ByteStream, Operation } from '../../core/operation.ts';
import { invocationTarget } from '../invocation/invocation-target.ts';
import { requirePayload } from '../invocation/invoke-input.ts';
import { entityTooLarge } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';

/** The deprecated call kept its old limit. */
const MAX_BYTES = 262_144;

type Input = Omit<InvokeAsyncRequest, 'InvokeArgs'> & { readonly InvokeArgs?: ByteStream | Uint8Array };

/** https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html */
export const invokeAsync: Operation<LambdaService, Input, InvokeAsyncResponse> = async (service, input, context) => {
  const named = { functionName: input.FunctionName ?? '', qualifier: undefined };
  const { arn } = await invocationTarget(service, context, named);
  const args = await readAtMost(input.InvokeArgs);
  await service.dispatcher().enqueue({
    functionArn: arn,
    payload: requirePayload(args, 'Event'),
    requestId: context.requestId,
    trigger: 'direct',
    eventIds: [],
  });
  return { Status: 202 };
};

async function readAtMost(body: ByteStream | Uint8Array | undefined): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  const bytes = body instanceof Uint8Array ? body : await buffer(body);
  if (bytes.length > MAX_BYTES) {
    throw entityTooLarge(
      `${bytes.length} byte payload is too large for the Event invocation type (limit ${MAX_BYTES} bytes)`,
    );
  }
  return bytes;
}
