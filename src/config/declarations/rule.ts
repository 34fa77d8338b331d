import type { Json } from '../../core/event.ts';
import type { DeliveryDeclaration, TargetDeclaration } from './target.ts';

/** An EventBridge rule: which events, or when, and where they go. */
export interface RuleDeclaration {
  /** Name or ARN. @default 'default' */
  readonly eventBus?: string | undefined;
  readonly eventPattern?: { readonly [key: string]: Json } | undefined;
  /** `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC; on the default bus only. */
  readonly scheduleExpression?: string | undefined;
  readonly description?: string | undefined;
  /** @default true */
  readonly enabled?: boolean | undefined;
  /** All of them: a target that is not declared is taken off. */
  readonly targets?: readonly RuleTargetDeclaration[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Where a rule's events go, and what of them. */
export interface RuleTargetDeclaration extends TargetDeclaration, DeliveryDeclaration {
  /** By default made from the target's name. */
  readonly id?: string | undefined;
  /** What part of the event is delivered, e.g. `$.detail`. */
  readonly inputPath?: string | undefined;
  readonly inputTransformer?: InputTransformerDeclaration | undefined;
  /** Of a stream: what in the event is the partition key, e.g. `$.detail.id`. */
  readonly partitionKeyPath?: string | undefined;
}

/** How what is delivered is made from the event. */
export interface InputTransformerDeclaration {
  readonly inputPathsMap?: Readonly<Record<string, string>> | undefined;
  readonly inputTemplate: string;
}
