import type {
  ListRuleNamesByTargetCommandInput,
  ListRuleNamesByTargetCommandOutput,
} from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { page } from '../page.ts';
import type { EventsService } from '../service.ts';

/** Lists the rules of a bus that have a target of that ARN. */
export const listRuleNamesByTarget: Operation<
  EventsService,
  ListRuleNamesByTargetCommandInput,
  Partial<ListRuleNamesByTargetCommandOutput>
> = async ({ buses, rules }, input, context) => {
  const bus = await buses.get(busNamed(input.EventBusName, context));
  const all = (await rules.list(bus)).filter(({ targets }) => targets.some(({ Arn }) => Arn === input.TargetArn));
  const { items, ...next } = page(all, ({ name }) => name, input);
  return { RuleNames: items.map(({ name }) => name), ...next };
};
