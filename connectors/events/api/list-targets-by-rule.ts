import type { ListTargetsByRuleCommandInput, ListTargetsByRuleCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { page } from '../page.ts';
import { byName } from '../rule/by-name.ts';
import type { EventsService } from '../service.ts';

/** Lists the targets of a rule. */
export const listTargetsByRule: Operation<
  EventsService,
  ListTargetsByRuleCommandInput,
  Partial<ListTargetsByRuleCommandOutput>
> = async ({ buses, rules }, input, context) => {
  const bus = await buses.get(busNamed(input.EventBusName, context));
  const { targets } = await rules.get(bus, input.Rule ?? '');
  const idOf = ({ Id }: { readonly Id: string }) => Id;
  const { items, ...next } = page([...targets].sort(byName(idOf)), idOf, input);
  return { Targets: [...items], ...next };
};
