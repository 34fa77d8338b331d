import type { Tags } from '../../src/core/tags.ts';
import { busOfArn } from './bus/bus.ts';
import { validation } from './errors.ts';
import { ruleOfArn } from './rule/rule.ts';
import type { EventsService } from './service.ts';

/** The tags of the bus or the rule that an ARN names; refuses when there is none. */
export async function tagsOf({ buses, rules }: EventsService, arn: string): Promise<Tags> {
  const rule = ruleOfArn(arn);
  if (rule) return (await rules.get(rule.bus, rule.name)).tags;
  const bus = busOfArn(arn);
  if (bus) return (await buses.get(bus)).tags;
  throw invalidArn(arn);
}

/** Changes the tags of the bus or the rule that an ARN names; refuses when there is none. */
export async function changeTags(
  { buses, rules }: EventsService,
  arn: string,
  change: (tags: Tags) => Tags,
): Promise<void> {
  const rule = ruleOfArn(arn);
  const bus = busOfArn(arn);
  if (rule) await rules.change(rule.bus, rule.name, (current) => ({ ...current, tags: change(current.tags) }));
  else if (bus) await buses.change(bus, (current) => ({ ...current, tags: change(current.tags) }));
  else throw invalidArn(arn);
}

const invalidArn = (arn: string) =>
  validation(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
