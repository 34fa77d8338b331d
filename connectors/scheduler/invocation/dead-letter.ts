import { asArn } from '../../../src/core/arn.ts';
import type { GivenUp, PendingDelivery } from '../../../src/core/delivery/pending-delivery.ts';
import type { Delivery } from '../../../src/core/target.ts';
import { wholeSecond } from '../target/context-attributes.ts';
import { callOf, PRINCIPAL } from './attempt.ts';
import type { Invocation } from './invocation.ts';

/**
 * What the dead-letter queue gets: the request that the target refused, and why it did, in attributes. The target is named
 * by the operation. docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export function deadLetter({ what, attempts }: PendingDelivery<Invocation>, { refusal, exhausted }: GivenUp): Delivery {
  const call = callOf(what, attempts);
  const values = {
    ERROR_CODE: refusal.code,
    ERROR_MESSAGE: refusal.message,
    EXECUTION_ID: what.executionId,
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(attempts - 1),
    SCHEDULED_TIME: wholeSecond(what.scheduledAtMs),
    SCHEDULE_ARN: what.scheduleArn,
    TARGET_ARN: call ? `arn:aws:scheduler:::aws-sdk:${call.action}` : what.target.Arn,
  };
  const payload =
    call?.how.kind === 'template' ? JSON.stringify(call.how.template.request(what.target, call.input)) : call?.input;
  return {
    payload: Buffer.from(payload ?? what.target.Input ?? '{}'),
    attributes: Object.fromEntries(
      // A message attribute cannot be empty.
      Object.entries(values).map(([name, value]) => [name, { type: 'String', value: value || ' ' }]),
    ),
    ...{ principal: PRINCIPAL, sourceArn: asArn(what.scheduleArn), eventIds: [what.id] },
  };
}
