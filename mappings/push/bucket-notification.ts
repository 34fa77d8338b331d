import { asArn } from '../../src/core/arn.ts';
import { type Journal, traceIdOf } from '../../src/core/journal.ts';
import type { NotificationConfiguration, NotificationRule, ObjectChangeEvent } from '../../src/core/s3-event.ts';
import type { Delivery, DeliveryOutcome, Targets } from '../../src/core/target.ts';
import { s3Payload } from '../payload/s3.ts';

/** What publishing needs. */
export interface BucketNotificationOptions {
  /** The configuration of a bucket; `undefined` when it has none. */
  readonly configuration: (bucket: string) => Promise<NotificationConfiguration | undefined>;
  readonly targets: Targets;
  readonly journal: Journal;
}

/** Tells each destination that asked for it of a change. */
export type PublishObjectChange = (event: ObjectChangeEvent) => Promise<void>;

/** S3 promises at-least-once delivery and says nothing of its retries; these happen before the client is answered. */
const TRIES = 3;

/** A notification is not given up when its client goes away. */
const untilStored = new AbortController().signal;

/**
 * The publisher of object changes. It resolves when every matching destination has stored its notification or refused it
 * for good, so that a client which was answered finds its notification accepted.
 */
export function createBucketNotifications(options: BucketNotificationOptions): PublishObjectChange {
  return async (event) => {
    const found = await options.configuration(event.detail.bucket);
    const rules = (found?.rules ?? []).filter((rule) => wants(rule, event.detail.eventName, event.detail.key));
    await Promise.all(rules.map((rule) => notify(options, event, rule)));
  };
}

/** Whether a rule asks for this event of this key. Filters match the key as it is, not its encoding. */
export function wants({ events, prefix, suffix }: NotificationRule, eventName: string, key: string): boolean {
  return events.some((type) => covers(type, `s3:${eventName}`)) && key.startsWith(prefix) && key.endsWith(suffix);
}

/** `s3:ObjectCreated:*` covers its whole family. */
function covers(type: string, eventName: string): boolean {
  return type.endsWith('*') ? eventName.startsWith(type.slice(0, -1)) : type === eventName;
}

async function notify(
  options: BucketNotificationOptions,
  event: ObjectChangeEvent,
  rule: NotificationRule,
): Promise<void> {
  const delivery: Delivery = {
    payload: s3Payload(event, rule.id),
    traceHeader: event.traceHeader,
    principal: 's3.amazonaws.com',
    sourceArn: event.sourceArn,
    eventIds: [event.id],
  };
  let outcome = await deliver(options.targets, rule.destination, delivery);
  for (let tries = 1; outcome.kind === 'refused' && !outcome.permanent && tries < TRIES; tries++) {
    outcome = await deliver(options.targets, rule.destination, delivery);
  }
  const end = outcome.kind === 'accepted' ? 'accepted' : `refused, dropped (${outcome.code}: ${outcome.message})`;
  options.journal.append({
    kind: 'delivery',
    what: `Notification "${rule.id}" of ${event.name} ${event.detail.key} to ${rule.destination}: ${end}`,
    eventIds: [event.id],
    becameId: outcome.kind === 'accepted' ? outcome.id : undefined,
    arn: rule.destination,
    traceId: traceIdOf(event.traceHeader),
    detail: { configurationId: rule.id, outcome: outcome.kind },
  });
}

async function deliver(targets: Targets, destination: string, delivery: Delivery): Promise<DeliveryOutcome> {
  const arn = asArn(destination);
  const target = targets.find(arn);
  if (!target) return { kind: 'refused', permanent: true, code: 'NoSuchService', message: `Nothing here takes ${arn}` };
  try {
    return await target.deliver(arn, delivery, untilStored);
  } catch (error) {
    return { kind: 'refused', permanent: false, code: 'InternalFailure', message: String(error) };
  }
}
