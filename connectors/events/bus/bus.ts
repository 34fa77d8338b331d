import type { DeadLetterConfig, LogConfig } from '@aws-sdk/client-eventbridge';
import { type Arn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';
import type { Tags } from '../../../src/core/tags.ts';
import type { BusName } from '../bus-events.ts';

/** A bus as the registry keeps it. */
export interface Bus extends BusName {
  readonly arn: Arn;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** As JSON text. */
  readonly policy?: string | undefined;
  readonly tags: Tags;
  readonly details: BusDetails;
}

/** What is kept and shown, and means nothing here: events are not encrypted, and not logged. */
export interface BusDetails {
  readonly Description?: string | undefined;
  readonly KmsKeyIdentifier?: string | undefined;
  readonly DeadLetterConfig?: DeadLetterConfig | undefined;
  readonly LogConfig?: LogConfig | undefined;
}

/** The bus that every account has in every region. */
export const DEFAULT_BUS = 'default';

/** Key prefix of all buses in the registry. */
export const BUSES = 'events/buses/';

/** A bus's key in the registry. */
export const busKey = ({ account, region, name }: BusName): string => `${BUSES}${account}/${region}/${name}`;

/** The turn in which a bus gets a rule or is deleted: neither may come amid the other. */
export const busTurn = ({ account, region, name }: BusName): string => `events-bus/${account}/${region}/${name}`;

/** The ARN of a bus of that name. */
export const busArn = ({ account, region, name }: BusName): Arn =>
  formatArn({ service: 'events', region, account, resource: `event-bus/${name}` });

/** The bus that an ARN names. */
export function busOfArn(arn: string): BusName | undefined {
  const parts = parseArn(arn);
  const name = parts?.service === 'events' && /^event-bus\/(.+)$/.exec(parts.resource)?.[1];
  return parts && name ? { account: parts.account, region: parts.region, name } : undefined;
}

/** The bus that a request means: by name, by ARN, or the default one. */
export function busNamed(nameOrArn: string | undefined, { account, region }: Scope): BusName {
  if (nameOrArn === undefined) return { account, region, name: DEFAULT_BUS };
  return busOfArn(nameOrArn) ?? { account, region, name: nameOrArn };
}

/** A bus that nothing has been said of yet. */
export const newBus = (name: BusName, nowMs: number, more: Pick<Bus, 'tags' | 'details'>): Bus => ({
  account: name.account,
  region: name.region,
  name: name.name,
  arn: busArn(name),
  createdAtMs: nowMs,
  modifiedAtMs: nowMs,
  ...more,
});
