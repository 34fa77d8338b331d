import type { BusEvent } from '../event/bus-event.ts';
import type { Rule, RuleTarget } from '../rule/rule.ts';

/** An event for one target of one rule that matched it. */
export interface RuleDelivery {
  readonly event: BusEvent;
  readonly rule: Pick<Rule, 'arn' | 'name' | 'bus'>;
  readonly target: RuleTarget;
  /** Present once its turn was given to it, where the receiver takes only so many a second. */
  readonly turnAtMs?: number | undefined;
}
