import type { DescribeRuleCommandInput, DescribeRuleCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { ruleOutput } from '../rule/rule-output.ts';
import type { EventsService } from '../service.ts';

/** Shows a rule. */
export const describeRule: Operation<
  EventsService,
  DescribeRuleCommandInput,
  Partial<DescribeRuleCommandOutput>
> = async ({ buses, rules }, { Name = '', EventBusName }, context) => {
  const bus = await buses.get(busNamed(EventBusName, context));
  return { ...ruleOutput(await rules.get(bus, Name)), CreatedBy: bus.account };
};
