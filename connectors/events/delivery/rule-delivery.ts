import type { Paced } from '../../../src/core/delivery/paced-delivery.ts';
import type { BusEvent } from '../event/bus-event.ts';
import type { Rule, RuleTarget } from '../rule/rule.ts';

/** An event for one target of one rule that matched it. */
export interface RuleDelivery extends Paced {
  readonly event: BusEvent;
  readonly rule: Pick<Rule, 'arn' | 'name' | 'bus'>;
  readonly target: RuleTarget;
}
