import { type Arn, asArn } from '../../src/core/arn.ts';
import { SECOND } from '../../src/core/clock.ts';
import { tryToDeliver } from '../../src/core/delivery/deliver-to.ts';
import { type Journal, traceIdOf } from '../../src/core/journal.ts';
import {
  type NotificationConfiguration,
  type NotificationRule,
  type ObjectChangeEvent,
  S3_SUBJECT,
} from '../../src/core/records/s3-event.ts';
import type { Delivery, DeliveryOutcome, Targets } from '../../src/core/target.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { s3Payload } from '../payload/s3.ts';
import { s3DetailType, s3EventDetail } from '../payload/s3-event-detail.ts';

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

/** How long a backend that is away is waited for before its client is told to make the change once more. */
const OUTAGE_MS = 2 * SECOND;

/** A notification is not given up when its client goes away. */
const untilStored = new AbortController().signal;

/**
 * The publisher of object changes. It resolves when every matching destination has stored its notification or refused it
 * for good, so that a client which was answered finds its notification accepted; it rejects with `BackendUnavailable` when
 * one could not be stored as its backend is away.
 */
export function createBucketNotifications(options: BucketNotificationOptions): PublishObjectChange {
  return async (event) => {
    const found = await options.configuration(event.detail.bucket);
    const rules = (found?.rules ?? []).filter((rule) => wants(rule, event.detail.eventName, event.detail.key));
    const tellings = [
      ...rules.map((rule) => notification(event, rule)),
      ...(found?.eventBridge ? [busEvent(event)] : []),
    ];
    await Promise.all(tellings.map((telling) => tell(options, event, telling)));
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

/** What goes to one destination, and what the journal calls it. */
interface Telling extends Pick<Delivery, 'payload' | 'subject' | 'event'> {
  readonly arn: Arn;
  readonly title: string;
  readonly configurationId?: string;
}

function notification(event: ObjectChangeEvent, { id, destination }: NotificationRule): Telling {
  const naming = { arn: asArn(destination), title: `Notification "${id}"`, configurationId: id };
  return { ...naming, payload: s3Payload(event, id), subject: S3_SUBJECT };
}

/** All events of the bucket go to the default bus of its account and region, once that is wanted. */
function busEvent(event: ObjectChangeEvent): Telling {
  const { account, region } = event.detail;
  return {
    arn: asArn(`arn:aws:events:${region}:${account}:event-bus/default`),
    title: 'Event',
    payload: s3EventDetail(event),
    event: {
      source: 'aws.s3',
      detailType: s3DetailType(event),
      resources: [event.sourceArn],
      atMs: event.occurredAtMs,
    },
  };
}

async function tell(
  { targets, journal }: BucketNotificationOptions,
  event: ObjectChangeEvent,
  { arn, title, configurationId, ...content }: Telling,
): Promise<void> {
  const delivery: Delivery = {
    ...content,
    traceHeader: event.traceHeader,
    principal: 's3.amazonaws.com',
    sourceArn: event.sourceArn,
    eventIds: [event.id],
  };
  const attempt = () => deliverThroughOutage(targets, arn, delivery);
  let outcome = await attempt();
  for (let tries = 1; outcome.kind === 'refused' && !outcome.permanent && tries < TRIES; tries++) {
    outcome = await attempt();
  }
  const end = outcome.kind === 'accepted' ? 'accepted' : `refused, dropped (${outcome.code}: ${outcome.message})`;
  journal.append({
    kind: 'delivery',
    what: `${title} of ${event.name} ${event.detail.key} to ${arn}: ${end}`,
    eventIds: [event.id],
    becameId: outcome.kind === 'accepted' ? outcome.id : undefined,
    arn,
    traceId: traceIdOf(event.traceHeader),
    detail: { outcome: outcome.kind, ...(configurationId === undefined ? {} : { configurationId }) },
  });
}

/** An outage is no refusal: what is dropped in it would be lost, though its change was acknowledged. */
async function deliverThroughOutage(targets: Targets, arn: Arn, delivery: Delivery): Promise<DeliveryOutcome> {
  const attempt = async () => {
    const outcome = await tryToDeliver(targets, arn, delivery, untilStored);
    if (outcome.kind === 'refused' && outcome.outage) throw outcome.outage;
    return outcome;
  };
  return (await untilDone(attempt, AbortSignal.timeout(OUTAGE_MS))) ?? (await attempt());
}
