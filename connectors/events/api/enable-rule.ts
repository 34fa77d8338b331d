import type { EnableRuleCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { isEnabled } from '../rule/rule.ts';
import type { EventsService } from '../service.ts';

/** Lets a rule act again; what it fires by itself begins anew. */
export const enableRule: Operation<EventsService, EnableRuleCommandInput, object> = async (
  { buses, rules, schedules, clock, random },
  { Name = '', EventBusName },
  context,
) => {
  const bus = await buses.get(busNamed(EventBusName, context));
  const before = await rules.get(bus, Name);
  const enabled = await rules.change(bus, Name, (rule) => {
    if (isEnabled(rule)) return rule;
    const schedule = rule.schedule && { ...rule.schedule, startMs: clock.nowMs(), generation: random.uuid() };
    return { ...rule, state: 'ENABLED', schedule };
  });
  await schedules.plan(enabled, before);
  return {};
};
