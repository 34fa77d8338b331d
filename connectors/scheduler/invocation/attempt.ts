import { asArn, parseArn } from '../../../src/core/arn.ts';
import { deliverTo } from '../../../src/core/delivery/deliver-to.ts';
import { BackendUnavailable, ServiceError } from '../../../src/core/errors.ts';
import type { DeliveryOutcome, Targets } from '../../../src/core/target.ts';
import { invalidRequest } from '../errors.ts';
import { fillIn } from '../target/context-attributes.ts';
import { defaultNotification } from '../target/notification.ts';
import { type Template, templateFor } from '../target/template.ts';
import { type CallIn, type Universal, universalAction, universalFor } from '../target/universal.ts';
import type { Invocation } from './invocation.ts';

/** Who delivers, as policies know it. */
export const PRINCIPAL = 'scheduler.amazonaws.com';

/** What an attempt needs beside itself. */
export interface Reach {
  readonly targets: Targets;
  readonly callIn: CallIn;
}

/** What is called in an attempt, and with what. */
export interface Call {
  /** As the ARN of a universal target has it. */
  readonly action: string;
  readonly input: string;
  readonly how:
    | { readonly kind: 'template'; readonly template: Template }
    | { readonly kind: 'universal'; readonly universal: Universal };
}

/** The call that an attempt makes; the first is number 1. */
export function callOf(invocation: Invocation, attempt: number): Call | undefined {
  const { target } = invocation;
  const action = universalAction(target.Arn);
  const universal = action === undefined ? undefined : universalFor(action);
  if (universal) {
    const input = fillIn(target.Input ?? '{}', invocation, attempt);
    return { action: universal.action, input, how: { kind: 'universal', universal } };
  }
  const template = templateFor(parseArn(target.Arn)?.service ?? '');
  if (!template) return undefined;
  const input =
    target.Input === undefined ? defaultNotification(invocation) : fillIn(target.Input, invocation, attempt);
  return { action: template.action, input, how: { kind: 'template', template } };
}

/** Invokes the target once. */
export async function attempt(
  { targets, callIn }: Reach,
  invocation: Invocation,
  number: number,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { target, id, scheduleArn } = invocation;
  const call = callOf(invocation, number);
  if (!call) return refused(true, 'NoSuchTarget', `Nothing here takes ${target.Arn}`);
  if (call.how.kind === 'universal')
    return await callUniversal(callIn, invocation, { ...call.how, input: call.input, signal });
  return await deliverTo(
    targets,
    asArn(target.Arn),
    {
      ...call.how.template.delivery(target),
      ...{ principal: PRINCIPAL, sourceArn: scheduleArn, eventIds: [id], payload: Buffer.from(call.input) },
    },
    signal,
  );
}

/** AWS tries again what may pass: too much at once, and faults of the service. */
const MAY_PASS = /Throttl|TooManyRequests|ThroughputExceeded|Unavailable|Internal|LimitExceeded/;
const SERVER_FAULT = 500;

async function callUniversal(
  callIn: CallIn,
  invocation: Invocation,
  {
    universal,
    input: text,
    signal,
  }: { readonly universal: Universal; readonly input: string; readonly signal: AbortSignal },
): Promise<DeliveryOutcome> {
  const { service, operation, input = (request) => ({ ...request }) } = universal;
  try {
    const call = await callIn(invocation);
    const answer = await unlessStopped(signal, call(service, operation, input(requestOf(text))));
    const { MessageId } = (answer ?? {}) as { readonly MessageId?: string };
    return { kind: 'accepted', ...(MessageId !== undefined && { id: MessageId }) };
  } catch (error) {
    if (error instanceof BackendUnavailable) throw error;
    if (!(error instanceof ServiceError)) return refused(false, 'InternalFailure', String(error));
    const mayPass = (error.options.status ?? 0) >= SERVER_FAULT || MAY_PASS.test(error.code);
    return refused(!mayPass, error.code, error.message);
  }
}

/** What stands for attributes was no more than a sample when the schedule was made. */
function requestOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidRequest('Input is no well-formed JSON.');
  }
}

/** A function that is waited for may take longer than who stops it has time: then it is called again at the next start. */
function unlessStopped<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new BackendUnavailable('The call of a universal target', 'Headwater stops'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const refused = (permanent: boolean, code: string, message: string): DeliveryOutcome => ({
  ...{ kind: 'refused', permanent, code, message },
});
