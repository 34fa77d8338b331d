import type { EventPattern } from '../../../src/core/event-pattern/event-pattern.ts';
import {
  type LosslessJson,
  type LosslessObject,
  parseLosslessJson,
  toLosslessJson,
} from '../../../src/core/json/lossless-json.ts';
import type { DeliveryAttribute } from '../../../src/core/target.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { checkFilterPolicy, isScope } from './filter-policy.ts';

/** What filter policies look at in one message; read only once, and only if one does. */
export interface FilteredMessage {
  readonly attributes: Readonly<Record<string, DeliveryAttribute>>;
  readonly text: string;
}

/** Why a message does not go to a subscription, as AWS counts it in its metrics. */
export type FilterVerdict =
  | 'passed'
  | 'NoMessageAttributes'
  | 'MessageAttributes'
  | 'MessageBody'
  | 'InvalidMessageBody';

/** Decides for one message which subscriptions let it through. */
export type MessageFilter = (subscription: Subscription) => FilterVerdict;

interface Filter {
  readonly pattern: EventPattern;
  readonly ofBody: boolean;
}

/** Of subscriptions as the directory holds them: a change makes another object. */
const filters = new WeakMap<Subscription, Filter>();

/** Whose policies let the message through. https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
export function filterFor(message: FilteredMessage): MessageFilter {
  let attributes: LosslessJson | undefined;
  let body: LosslessJson | 'not an object' | undefined;
  return (subscription) => {
    const filter = filterOf(subscription);
    if (!filter) return 'passed';
    if (filter.ofBody) {
      body ??= bodyOf(message.text);
      if (body === 'not an object') return 'InvalidMessageBody';
      return filter.pattern.matches(body) ? 'passed' : 'MessageBody';
    }
    attributes ??= attributesAsJson(message.attributes);
    if (filter.pattern.matches(attributes)) return 'passed';
    return Object.keys(message.attributes).length === 0 ? 'NoMessageAttributes' : 'MessageAttributes';
  };
}

function filterOf(subscription: Subscription): Filter | undefined {
  const { FilterPolicy: policy, FilterPolicyScope: scope } = subscription.attributes;
  if (!policy) return undefined;
  let filter = filters.get(subscription);
  if (!filter) {
    const pattern = checkFilterPolicy(policy, isScope(scope) ? scope : 'MessageAttributes');
    filter = { pattern, ofBody: scope === 'MessageBody' };
    filters.set(subscription, filter);
  }
  return filter;
}

function bodyOf(text: string): LosslessJson | 'not an object' {
  const value = parseLosslessJson(text);
  return value?.kind === 'object' ? value : 'not an object';
}

/** Attributes as a matcher sees them: text, numbers by their value, lists by their members; bytes are not looked at. */
export function attributesAsJson(attributes: FilteredMessage['attributes']): LosslessObject {
  const members = new Map<string, LosslessJson>();
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = attributeAsJson(attribute);
    if (value) members.set(name, value);
  }
  return { kind: 'object', members, start: 0, end: 0 };
}

function attributeAsJson({ type, value }: DeliveryAttribute): LosslessJson | undefined {
  if (type === 'Binary' || type.startsWith('Binary.')) return undefined;
  if (type === 'Number' || type.startsWith('Number.')) {
    return { kind: 'number', text: value, value: Number(value), start: 0, end: 0 };
  }
  if (type === 'String.Array') return parseLosslessJson(value) ?? toLosslessJson(value);
  return toLosslessJson(value);
}
