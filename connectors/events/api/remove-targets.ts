import type { RemoveTargetsCommandInput, RemoveTargetsCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Removes targets of a rule; what is not there is removed already. */
export const removeTargets: Operation<
  EventsService,
  RemoveTargetsCommandInput,
  Partial<RemoveTargetsCommandOutput>
> = async ({ buses, rules }, { Rule = '', EventBusName, Ids = [] }, context) => {
  const bus = await buses.get(busNamed(EventBusName, context));
  await rules.change(bus, Rule, (rule) => ({
    ...rule,
    targets: rule.targets.filter(({ Id }) => !Ids.includes(Id)),
  }));
  return { FailedEntryCount: 0, FailedEntries: [] };
};
