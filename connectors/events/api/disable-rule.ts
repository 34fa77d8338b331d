import type { DisableRuleCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Stops a rule from acting. */
export const disableRule: Operation<EventsService, DisableRuleCommandInput, object> = async (
  { buses, rules, schedules },
  { Name = '', EventBusName },
  context,
) => {
  const bus = await buses.get(busNamed(EventBusName, context));
  await schedules.forget(await rules.change(bus, Name, (rule) => ({ ...rule, state: 'DISABLED' })));
  return {};
};
