import type { ListRulesCommandInput, ListRulesCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { page } from '../page.ts';
import { ruleOutput } from '../rule/rule-output.ts';
import type { EventsService } from '../service.ts';

/** Lists the rules of a bus whose name begins so. */
export const listRules: Operation<EventsService, ListRulesCommandInput, Partial<ListRulesCommandOutput>> = async (
  { buses, rules },
  input,
  context,
) => {
  const bus = await buses.get(busNamed(input.EventBusName, context));
  const all = (await rules.list(bus)).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
  const { items, ...next } = page(all, ({ name }) => name, input);
  return { Rules: items.map(ruleOutput), ...next };
};
