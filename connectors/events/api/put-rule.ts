import type { PutRuleCommandInput, PutRuleCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { ScheduleNotValid } from '../../../src/core/schedule/schedule-expression.ts';
import { busNamed, busTurn, DEFAULT_BUS } from '../bus/bus.ts';
import type { BusName } from '../bus-events.ts';
import { validation } from '../errors.ts';
import { readPattern } from '../rule/read-pattern.ts';
import { isEnabled, type Rule, type RuleSchedule, ruleArn } from '../rule/rule.ts';
import type { EventsService } from '../service.ts';
import { withTags } from '../tags.ts';

/** Creates a rule, or puts another in its place, which keeps targets and tags. */
export const putRule: Operation<EventsService, PutRuleCommandInput, Partial<PutRuleCommandOutput>> = async (
  service,
  input,
  context,
) => {
  const bus = busNamed(input.EventBusName, context);
  checkDefinition(service, input, bus.name);
  const store = () => storeRule(service, input, bus);
  // The default bus is always there; any other may be deleted as long as it has no rules.
  const rule = await (bus.name === DEFAULT_BUS ? store() : service.turns(busTurn(bus), store));
  return { RuleArn: rule.arn };
};

async function storeRule(service: EventsService, input: PutRuleCommandInput, bus: BusName): Promise<Rule> {
  await service.buses.get(bus);
  const { Name: name = '', EventPattern, Description, RoleArn, State = 'ENABLED', Tags } = input;
  const before = await service.rules.find(bus, name);
  const rule = await service.rules.put(
    bus,
    name,
    (current): Rule => ({
      name,
      bus: { account: bus.account, region: bus.region, name: bus.name },
      arn: ruleArn(bus, name),
      // An empty one is none.
      pattern: EventPattern || undefined,
      schedule: scheduleOf(service, { ...input, State }, current),
      state: State,
      description: Description,
      roleArn: RoleArn,
      tags: current?.tags ?? withTags({}, Tags),
      targets: current?.targets ?? [],
    }),
  );
  await service.schedules.plan(rule, before);
  return rule;
}

function checkDefinition({ expressions }: EventsService, input: PutRuleCommandInput, busName: string): void {
  const { EventPattern, ScheduleExpression } = input;
  if (!EventPattern && !ScheduleExpression) {
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (ScheduleExpression && busName !== DEFAULT_BUS) {
    throw validation('ScheduleExpression is supported only on the default event bus.');
  }
  try {
    if (ScheduleExpression) expressions.parse(ScheduleExpression, 'rule');
  } catch (error) {
    if (error instanceof ScheduleNotValid) throw validation('Parameter ScheduleExpression is not valid.');
    throw error;
  }
  if (EventPattern) readPattern(EventPattern);
}

/** A rule that is put again as it was goes on as it was planned; any other begins now. */
function scheduleOf(
  { clock, random }: EventsService,
  { ScheduleExpression: expression, State }: PutRuleCommandInput,
  current: Rule | undefined,
): RuleSchedule | undefined {
  if (!expression) return undefined;
  const before = current && isEnabled(current) && State !== 'DISABLED' ? current.schedule : undefined;
  if (before?.expression === expression) return before;
  return { expression, startMs: clock.nowMs(), generation: random.uuid() };
}
