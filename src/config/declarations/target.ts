import type { Json } from '../../core/event.ts';

/** Where events go: one of these, each a name or an ARN. */
export interface TargetDeclaration {
  readonly function?: string | undefined;
  readonly queue?: string | undefined;
  readonly topic?: string | undefined;
  readonly stream?: string | undefined;
  readonly eventBus?: string | undefined;
  readonly logGroup?: string | undefined;
  /** Any other target that AWS knows by an ARN. */
  readonly arn?: string | undefined;
}

/** What is delivered, and what becomes of it when nobody takes it. */
export interface DeliveryDeclaration {
  /** What is delivered instead of the event: a text as it is, anything else as JSON. */
  readonly input?: Json | undefined;
  readonly retryPolicy?: RetryDeclaration | undefined;
  /** Queue (name or ARN) for what could not be delivered. */
  readonly deadLetterTarget?: string | undefined;
  /** Of a FIFO queue. */
  readonly messageGroupId?: string | undefined;
  /** Name or ARN of the role that the target's caller takes on. */
  readonly role?: string | undefined;
}

/** How long a delivery is tried. */
export interface RetryDeclaration {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
}
