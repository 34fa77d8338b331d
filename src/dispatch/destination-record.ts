import type { Arn } from '../core/arn.ts';
import { limits } from '../core/limits.ts';
import { functionName, qualifiedArn } from './function-name.ts';

/** Why an asynchronous invocation is over, in the words of its record. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/** The last attempt's answer, where one reached the function. */
export interface LastResponse {
  readonly payload: Uint8Array;
  readonly executedVersion: string;
  readonly functionError: boolean;
}

/** All that the record of an asynchronous invocation tells. */
export interface Conclusion {
  readonly functionArn: Arn;
  readonly requestId: string;
  readonly requestPayload: Uint8Array;
  readonly condition: Condition;
  /** Attempts that reached the function. */
  readonly attempts: number;
  readonly response?: LastResponse | undefined;
  readonly nowMs: number;
}

/**
 * The record that a destination gets. Payloads are embedded byte for byte, so that a number's text survives.
 * docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html; members and order as recorded. Of a failure
 * that is too large for a topic the payloads are left out, says that page.
 */
export function destinationRecord(conclusion: Conclusion, withPayloads = true): Uint8Array {
  const { response } = conclusion;
  const head = {
    version: '1.0',
    timestamp: new Date(conclusion.nowMs).toISOString(),
    requestContext: {
      requestId: conclusion.requestId,
      functionArn: qualifiedArn(conclusion.functionArn),
      condition: conclusion.condition,
      approximateInvokeCount: conclusion.attempts,
    },
  };
  const parts: (string | Uint8Array)[] = [JSON.stringify(head).slice(0, -1)];
  if (withPayloads) parts.push(',"requestPayload":', orElse(conclusion.requestPayload, '{}'));
  if (response) {
    const context = {
      statusCode: 200,
      executedVersion: response.executedVersion,
      ...(response.functionError ? { functionError: 'Unhandled' } : {}),
    };
    parts.push(`,"responseContext":${JSON.stringify(context)}`);
    if (withPayloads) parts.push(',"responsePayload":', orElse(response.payload, 'null'));
  }
  return Buffer.concat([...parts, '}'].map((part) => Buffer.from(part as string)));
}

/** Whether both payloads together are more than a topic takes in one message. */
export const exceedsTopic = ({ requestPayload, response }: Conclusion): boolean =>
  requestPayload.length + (response?.payload.length ?? 0) > limits.destinationTopicBytes;

const orElse = (payload: Uint8Array, empty: string) => (payload.length > 0 ? payload : empty);

/** `aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`, in UTC. */
export function recordKey(functionArn: Arn, nowMs: number, uuid: string): string {
  const [day = '', time = ''] = new Date(nowMs).toISOString().slice(0, 19).split('T');
  return `aws/lambda/async/${functionName(functionArn)}/${day.replaceAll('-', '/')}/${day}T${time.replaceAll(':', '.')}-${uuid}`;
}

/** A dead letter's attributes: the raw event goes with them. docs as above, "Dead-letter queues". */
export function deadLetterAttributes(conclusion: Conclusion) {
  const { code, message } = errorOf(conclusion);
  return {
    RequestID: { type: 'String', value: conclusion.requestId },
    ErrorCode: { type: 'Number', value: code },
    ErrorMessage: { type: 'String', value: message },
  } as const;
}

function errorOf({ response, condition }: Conclusion): { readonly code: string; readonly message: string } {
  if (!response)
    return { code: '429', message: condition === 'EventAgeExceeded' ? 'Event age exceeded' : 'Rate Exceeded.' };
  return { code: '200', message: firstBytes(errorMessageOf(response.payload), limits.deadLetterErrorMessageBytes) };
}

function errorMessageOf(payload: Uint8Array): string {
  const text = Buffer.from(payload).toString();
  try {
    const { errorMessage } = JSON.parse(text) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : text;
  } catch {
    return text;
  }
}

/** Cut at a character's boundary. */
function firstBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  return Buffer.from(text)
    .subarray(0, maxBytes)
    .toString()
    .replace(/\uFFFD+$/, '');
}
