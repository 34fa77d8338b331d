import type { Rule as RuleOutput } from '@aws-sdk/client-eventbridge';
import type { Rule } from './rule.ts';

/** A rule as answers show it. */
export const ruleOutput = (rule: Rule): RuleOutput => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  State: rule.state,
  Description: rule.description,
  ScheduleExpression: rule.schedule?.expression,
  RoleArn: rule.roleArn,
  EventBusName: rule.bus.name,
});
