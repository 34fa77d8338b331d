import type { GivenUp, PendingDelivery } from '../../../src/core/delivery/pending-delivery.ts';
import type { Delivery } from '../../../src/core/target.ts';
import { eventText } from '../event/bus-event.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** What the refusals of targets are called in dead letters, by what occurs in their codes. */
const ERROR_CODES: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/^(?:INVALID_JSON|THIRD_ACCOUNT_HOP_DETECTED)$/, '$&'],
  [/AccessDenied|NotAuthorized|Authorization|Forbidden/i, 'NO_PERMISSIONS'],
  [/NotFound|NonExistent|DoesNotExist|NoSuch/i, 'NO_RESOURCE'],
  [/Throttl|TooManyRequests|ThroughputExceeded|RateExceeded|OverLimit/i, 'THROTTLING'],
  [/LimitExceeded/i, 'RESOURCE_LIMIT_EXCEEDED'],
  [/Timeout|TimedOut/i, 'TIMEOUT'],
  [/InternalFailure|InternalError|ServiceException/i, 'INTERNAL_ERROR'],
  [/Invalid|Validation|Malformed|Missing/i, 'INVALID_PARAMETER'],
  [/TooLarge/i, 'SDK_CLIENT_ERROR'],
];

/** `ERROR_CODE` of a refusal. */
export function errorCode(code: string): string {
  for (const [pattern, name] of ERROR_CODES) if (pattern.test(code)) return name === '$&' ? code : name;
  return 'ERROR_FROM_TARGET';
}

/**
 * The dead letter: the event as it came onto the bus, and why it went no further.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function deadLetter(
  { what: { event, rule, target }, attempts }: PendingDelivery<RuleDelivery>,
  { exhausted, refusal }: GivenUp,
): Delivery {
  const attributes: Readonly<Record<string, string | undefined>> = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn,
    ERROR_CODE: errorCode(refusal.code),
    ERROR_MESSAGE: refusal.message,
    EXHAUSTED_RETRY_CONDITION: exhausted,
    RETRY_ATTEMPTS: String(attempts - 1),
  };
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    value ? [[name, { type: 'String', value }] as const] : [],
  );
  return {
    payload: Buffer.from(eventText(event)),
    attributes: Object.fromEntries(given),
    traceHeader: event.traceHeader,
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
    eventIds: [event.id],
  };
}
