import type { PutTargetsCommandInput, PutTargetsCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { limitExceeded } from '../errors.ts';
import { checkTarget } from '../rule/check-target.ts';
import type { EventsService } from '../service.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_TARGETS = 5;

/** Adds targets to a rule; one with a known id replaces the old one. */
export const putTargets: Operation<EventsService, PutTargetsCommandInput, Partial<PutTargetsCommandOutput>> = async (
  { buses, rules, targets },
  { Rule = '', EventBusName, Targets = [] },
  context,
) => {
  const bus = await buses.get(busNamed(EventBusName, context));
  await rules.get(bus, Rule);
  const added = Targets.map((target) => checkTarget(target, bus, targets));
  await rules.change(bus, Rule, (rule) => {
    const byId = new Map([...rule.targets, ...added].map((target) => [target.Id, target]));
    if (byId.size > MAX_TARGETS) throw limitExceeded();
    return { ...rule, targets: [...byId.values()] };
  });
  return { FailedEntryCount: 0, FailedEntries: [] };
};
