import { type Arn, asArn, parseArn } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { jsonFault } from '../../../src/core/json/json-fault.ts';
import { checksByName } from '../attribute-checks.ts';
import { invalidParameter, unsupported } from '../errors.ts';
import { checkFilterPolicy, isNoFilter } from '../filter/filter-policy.ts';
import { isScope } from '../filter/filter-scope.ts';
import { checkSubscriptionPolicy } from '../topic/delivery-policy-check.ts';
import type { Endpoint } from './endpoint.ts';
import type { Subscription } from './subscription.ts';

/** Subscription attributes by AWS's names. */
export type SubscriptionAttributes = Subscription['attributes'];

/** How receivers without an envelope are called. */
const RAW_PROTOCOLS = new Set(['sqs', 'http', 'https', 'firehose']);

type Check = (value: string, subscription: Endpoint, attributes: SubscriptionAttributes) => void;

/** Each attribute with what its value may be. */
const CHECKS = checksByName<Check>({
  RawMessageDelivery(value, { protocol }) {
    if (!/^(true|false)$/i.test(value)) {
      throw invalidParameter(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    }
    if (/^true$/i.test(value) && !RAW_PROTOCOLS.has(protocol)) {
      throw invalidParameter(`Delivery protocol [${protocol}] does not support raw message delivery.`);
    }
  },
  FilterPolicyScope(value, _subscription, attributes) {
    if (!isScope(value)) {
      throw invalidParameter(
        `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
      );
    }
    if (attributes['FilterPolicy']) checkFilterPolicy(attributes['FilterPolicy'], value);
  },
  FilterPolicy(value, _subscription, attributes) {
    const scope = attributes['FilterPolicyScope'];
    if (!isNoFilter(value)) checkFilterPolicy(value, isScope(scope) ? scope : 'MessageAttributes');
  },
  RedrivePolicy(value, { endpoint }) {
    if (value !== '') checkRedrivePolicy(value, endpoint);
  },
  DeliveryPolicy(value, { protocol }) {
    if (!protocol.startsWith('http')) {
      throw invalidParameter(`Delivery protocol [${protocol}] does not support specific delivery policies`);
    }
    checkSubscriptionPolicy(value);
  },
  SubscriptionRoleArn(value) {
    if (parseArn(value) === undefined) throw invalidParameter('SubscriptionRoleArn');
  },
  ReplayPolicy() {
    throw unsupported('the subscription attribute ReplayPolicy');
  },
});

/** Checks the attributes of a new subscription; sentences say that they are about `Attributes`. */
export function checkAttributes(
  subscription: Endpoint,
  given: Readonly<Record<string, string | undefined>> | undefined,
): SubscriptionAttributes {
  // The scope decides what a filter policy may be, so it comes first.
  const names = Object.keys(given ?? {}).sort((name) => (name === 'FilterPolicyScope' ? -1 : 0));
  let attributes: SubscriptionAttributes = {};
  for (const name of names) {
    try {
      attributes = withAttribute(subscription, attributes, name, given?.[name] ?? '');
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw invalidParameter(error.message.replace(/^Invalid parameter: /, 'Attributes Reason: '));
    }
  }
  return attributes;
}

/** The attributes with one set; empty text takes away what can be taken away. */
export function withAttribute(
  subscription: Endpoint,
  attributes: SubscriptionAttributes,
  name: string | undefined,
  value: string,
): SubscriptionAttributes {
  const check = name === undefined ? undefined : CHECKS.get(name);
  if (name === undefined || !check) throw invalidParameter('AttributeName');
  check(value, subscription, attributes);
  const { [name]: _before, ...others } = attributes;
  if (value === '' || (name === 'FilterPolicy' && isNoFilter(value))) return others;
  // Taken in any case, and shown in this (recorded).
  return { ...others, [name]: name === 'RawMessageDelivery' ? value.toLowerCase() : value };
}

/** What holds where nothing was set. */
const DEFAULTS: SubscriptionAttributes = { RawMessageDelivery: 'false', FilterPolicyScope: 'MessageAttributes' };

/** Whether what is wanted holds already; what was not asked for may be as it is (recorded). */
export const holdsAlready = (attributes: SubscriptionAttributes, wanted: SubscriptionAttributes): boolean =>
  Object.entries(wanted).every(([name, value]) => (attributes[name] ?? DEFAULTS[name]) === value);

/** The queue that takes what cannot be delivered. */
export function deadLetterArn({ attributes }: Subscription): Arn | undefined {
  const policy = attributes['RedrivePolicy'];
  const arn: unknown = policy && JSON.parse(policy).deadLetterTargetArn;
  return typeof arn === 'string' ? asArn(arn) : undefined;
}

function checkRedrivePolicy(text: string, endpoint: string): void {
  const fault = jsonFault(Buffer.from(text));
  if (fault !== undefined) throw invalidParameter(`RedrivePolicy: failed to parse JSON. ${fault}`);
  const arn: unknown = JSON.parse(text)?.deadLetterTargetArn;
  if (typeof arn !== 'string' || parseArn(arn)?.service !== 'sqs') {
    throw invalidParameter('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  }
  if (endpoint.endsWith('.fifo') && !arn.endsWith('.fifo')) {
    throw invalidParameter('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.');
  }
}
