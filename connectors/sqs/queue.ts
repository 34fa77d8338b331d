import { type Arn, asArn, formatArn, parseArn, type Scope } from '../../src/core/arn.ts';
import { SECOND } from '../../src/core/clock.ts';
import type { DeduplicationScope, QueueSettings } from '../../src/core/ports/message-queue.ts';
import { parseRedrivePolicy } from './redrive-policy.ts';

/** A queue as the registry keeps it. */
export interface Queue extends Scope {
  readonly name: string;
  readonly arn: Arn;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** All settable attributes that have a value, as clients see them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** A change of the deduplication scope applies only after a while. */
  readonly formerScope?: { readonly scope: DeduplicationScope; readonly untilMs: number };
}

/** In flight at most, standard and FIFO alike since November 2024. */
export const MAX_IN_FLIGHT = 120_000;

/** Key prefix of all queues in the registry. */
export const QUEUES = 'sqs/';

/** A queue's key in the registry. */
export function queueKey({ account, region }: Scope, name: string): string {
  return `${QUEUES}${account}/${region}/${name}`;
}

/** The ARN of a queue of that name. */
export function queueArn(scope: Scope, name: string): Arn {
  return formatArn({ service: 'sqs', region: scope.region, account: scope.account, resource: name });
}

/** The URL that clients know the queue by, under the endpoint that they reached us at. */
export function queueUrl(origin: string, { account, name }: Pick<Queue, 'account' | 'name'>): string {
  return `${origin}/${account}/${name}`;
}

/** Whether it is a FIFO queue. */
export const isFifo = (queue: Queue): boolean => queue.attributes['FifoQueue'] === 'true';

/** A numeric attribute; each has a default, so it is there. */
export function numberOf(queue: Queue, attribute: string): number {
  return Number(queue.attributes[attribute]);
}

/** Scope and name in a queue's ARN. */
export function queueOfArn(arn: string): (Scope & { readonly name: string }) | undefined {
  const parts = parseArn(arn);
  return parts?.service === 'sqs' ? { account: parts.account, region: parts.region, name: parts.resource } : undefined;
}

/** What the attributes mean to the message queue. */
export function settingsOf(queue: Queue): QueueSettings {
  const redrive = parseRedrivePolicy(queue.attributes['RedrivePolicy']);
  return {
    fifo: isFifo(queue),
    visibilityTimeoutMs: numberOf(queue, 'VisibilityTimeout') * SECOND,
    delayMs: numberOf(queue, 'DelaySeconds') * SECOND,
    retentionMs: numberOf(queue, 'MessageRetentionPeriod') * SECOND,
    redrive: redrive && { to: asArn(redrive.deadLetterTargetArn), maxReceiveCount: redrive.maxReceiveCount },
    deduplicationScope: queue.attributes['DeduplicationScope'] === 'messageGroup' ? 'messageGroup' : 'queue',
    formerScope: queue.formerScope,
    maxInFlight: MAX_IN_FLIGHT,
  };
}
