import type { DeleteRuleCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { validation } from '../errors.ts';
import type { EventsService } from '../service.ts';

/** Deletes a rule without targets; one that is not there is deleted already. */
export const deleteRule: Operation<EventsService, DeleteRuleCommandInput, object> = async (
  { buses, rules, schedules },
  { Name = '', EventBusName },
  context,
) => {
  const bus = await buses.get(busNamed(EventBusName, context));
  const rule = await rules.find(bus, Name);
  await rules.remove(bus, Name, ({ targets }) => {
    if (targets.length > 0) throw validation("Rule can't be deleted since it has targets.");
  });
  if (rule) await schedules.forget(rule);
  return {};
};
