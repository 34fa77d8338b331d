import type { Target } from '@aws-sdk/client-eventbridge';
import { type Arn, formatArn, parseArn } from '../../../src/core/arn.ts';
import type { Tags } from '../../../src/core/tags.ts';
import { DEFAULT_BUS } from '../bus/bus.ts';
import type { BusName } from '../bus-events.ts';

/** A target as it was put: what `PutTargets` has checked. */
export type RuleTarget = Target & { readonly Id: string; readonly Arn: string };

/** A rule as the registry keeps it, with its targets. */
export interface Rule {
  readonly name: string;
  readonly bus: BusName;
  readonly arn: Arn;
  readonly pattern?: string | undefined;
  readonly schedule?: RuleSchedule | undefined;
  readonly state: RuleState;
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly tags: Tags;
  readonly targets: readonly RuleTarget[];
}

/** When a rule fires by itself. */
export interface RuleSchedule {
  readonly expression: string;
  /** A rate counts from here: when the rule got its schedule, or was enabled. */
  readonly startMs: number;
  /** Another one whenever it starts anew, so that what was planned before does not fire. */
  readonly generation: string;
}

/** The last one is an enabled rule that also sees management events of CloudTrail, of which there are none here. */
export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** Key prefix of all rules in the registry. */
export const RULES = 'events/rules/';

/** Key prefix of the rules of a bus. */
export const rulesOf = ({ account, region, name }: BusName): string => `${RULES}${account}/${region}/${name}/`;

/** A rule's key in the registry. */
export const ruleKey = (bus: BusName, name: string): string => rulesOf(bus) + name;

/** The ARN of a rule: of the default bus without the bus's name. */
export const ruleArn = (bus: BusName, name: string): Arn =>
  formatArn({
    service: 'events',
    region: bus.region,
    account: bus.account,
    resource: bus.name === DEFAULT_BUS ? `rule/${name}` : `rule/${bus.name}/${name}`,
  });

/** The rule that an ARN names. */
export function ruleOfArn(arn: string): { readonly bus: BusName; readonly name: string } | undefined {
  const parts = parseArn(arn);
  const [kind, first, second] = parts?.service === 'events' ? parts.resource.split('/') : [];
  if (!parts || kind !== 'rule' || !first) return undefined;
  const { account, region } = parts;
  return second === undefined
    ? { bus: { account, region, name: DEFAULT_BUS }, name: first }
    : { bus: { account, region, name: first }, name: second };
}

/** Whether the rule does anything. */
export const isEnabled = ({ state }: Rule): boolean => state !== 'DISABLED';
