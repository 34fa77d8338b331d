import { type Arn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';
import type { BusName } from '../bus-events.ts';

/** An archive as the registry keeps it. */
export interface Archive extends Scope {
  readonly name: string;
  readonly arn: Arn;
  readonly bus: BusName;
  /** Its events' place in the log store: an archive that is created again begins empty. */
  readonly log: string;
  /** All events of the bus when absent. */
  readonly pattern?: string | undefined;
  readonly description?: string | undefined;
  /** 0: forever. */
  readonly retentionDays: number;
  /** Kept and shown; events are not encrypted. */
  readonly kmsKey?: string | undefined;
  readonly createdAtMs: number;
}

/** An archive or a replay by its name. */
export interface Named extends Scope {
  readonly name: string;
}

/** Key prefix of all archives in the registry. */
export const ARCHIVES = 'events/archives/';

/** An archive's key in the registry. */
export const archiveKey = ({ account, region, name }: Named): string => `${ARCHIVES}${account}/${region}/${name}`;

/** The ARN of an archive of that name. */
export const archiveArn = ({ account, region, name }: Named): Arn =>
  formatArn({ service: 'events', region, account, resource: `archive/${name}` });

/** The archive that an ARN names. */
export function archiveOfArn(arn: string): Named | undefined {
  const parts = parseArn(arn);
  const name = parts?.service === 'events' && /^archive\/(.+)$/.exec(parts.resource)?.[1];
  return parts && name ? { account: parts.account, region: parts.region, name } : undefined;
}
