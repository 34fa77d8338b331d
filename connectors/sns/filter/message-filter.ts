import type { EventPattern } from '../../../src/core/event-pattern/event-pattern.ts';
import { createPatternIndex, type PatternIndex } from '../../../src/core/event-pattern/index/pattern-index.ts';
import {
  type LosslessJson,
  type LosslessObject,
  parseLosslessJson,
  toLosslessJson,
} from '../../../src/core/json/lossless-json.ts';
import type { DeliveryAttribute } from '../../../src/core/target.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { checkFilterPolicy } from './filter-policy.ts';
import { type FilterScope, isScope } from './filter-scope.ts';

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

/** A topic's filter policies, of which a message meets only those that it can match. */
interface FilterIndex {
  readonly ofAttributes: PatternIndex<Subscription>;
  readonly ofBody: PatternIndex<Subscription>;
}

/** Of subscriptions as the directory holds them: a change makes another object of one, and another list of all. */
const patterns = new WeakMap<Subscription, EventPattern>();
const indexes = new WeakMap<readonly Subscription[], FilterIndex>();

/**
 * Whose policies let the message through.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 *
 * @param subscriptions all of the topic, as the directory holds them
 */
export function filterFor(message: FilteredMessage, subscriptions: readonly Subscription[]): MessageFilter {
  const { ofAttributes, ofBody } = indexOf(subscriptions);
  const body = ofBody.size > 0 ? bodyOf(message.text) : 'not an object';
  const passed = new Set([
    ...(ofAttributes.size > 0 ? ofAttributes.match(attributesAsJson(message.attributes)) : []),
    ...(body === 'not an object' ? [] : ofBody.match(body)),
  ]);
  const hasAttributes = Object.keys(message.attributes).length > 0;
  return (subscription) => {
    if (!subscription.attributes['FilterPolicy'] || passed.has(subscription)) return 'passed';
    if (scopeOf(subscription) === 'MessageAttributes')
      return hasAttributes ? 'MessageAttributes' : 'NoMessageAttributes';
    return body === 'not an object' ? 'InvalidMessageBody' : 'MessageBody';
  };
}

function indexOf(subscriptions: readonly Subscription[]): FilterIndex {
  const known = indexes.get(subscriptions);
  if (known) return known;
  const index = { ofAttributes: createPatternIndex<Subscription>(), ofBody: createPatternIndex<Subscription>() };
  for (const subscription of subscriptions) {
    const pattern = patternOf(subscription);
    const { ofAttributes, ofBody } = index;
    if (pattern)
      (scopeOf(subscription) === 'MessageBody' ? ofBody : ofAttributes).add(subscription.id, pattern, subscription);
  }
  indexes.set(subscriptions, index);
  return index;
}

function patternOf(subscription: Subscription): EventPattern | undefined {
  const { FilterPolicy: policy } = subscription.attributes;
  if (!policy) return undefined;
  const pattern = patterns.get(subscription) ?? checkFilterPolicy(policy, scopeOf(subscription));
  patterns.set(subscription, pattern);
  return pattern;
}

function scopeOf({ attributes: { FilterPolicyScope: scope } }: Subscription): FilterScope {
  return isScope(scope) ? scope : 'MessageAttributes';
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
