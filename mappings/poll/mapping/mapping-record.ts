import { type Arn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';
import type { MappingSettings } from './mapping-settings.ts';

/**
 * A mapping's states and what moves it:
 *
 *   Creating → Enabled | Disabled      after CreateEventSourceMapping
 *   Enabling → Enabled                 after an update with Enabled true
 *   Disabling → Disabled               after an update with Enabled false
 *   Updating → Enabled | Disabled      after any other update
 *   Deleting → (gone)
 *
 * It polls in Enabled only. A batch in flight is finished whatever the state becomes.
 */
export type MappingState = 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting';

/** An event source mapping as the registry keeps it. */
export interface MappingRecord<Settings extends MappingSettings = MappingSettings> extends Scope {
  readonly uuid: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly sourceArn: Arn;
  /** With the qualifier that the user gave, and none when none was given. */
  readonly functionArn: Arn;
  readonly state: MappingState;
  /** When a passing state is over, on the clock; whichever process notes it first. */
  readonly settlesAtMs?: number | undefined;
  /** What the user asked for; where a passing state leads. */
  readonly enabled: boolean;
  readonly settings: Settings;
  readonly tags: Readonly<Record<string, string>>;
  /** Grows with each change of what is taken or how; a process that runs an older one begins anew. */
  readonly revision?: number | undefined;
  /** Grows whenever checkpoints were moved; whoever reads those shards looks at them again. */
  readonly moves?: number | undefined;
  /** What became of the last batch; absent before the first, and for queues. */
  readonly lastResult?: string | undefined;
}

/** Registry keys of all mappings begin so. */
export const MAPPINGS = 'lambda-mappings/';

/** What names a mapping. */
export type MappingName = Pick<MappingRecord, 'account' | 'region' | 'uuid'>;

/** Where the registry keeps the mapping. */
export const mappingKey = ({ account, region, uuid }: MappingName): string => `${MAPPINGS}${account}/${region}/${uuid}`;

/** What tags and permissions call the mapping. */
export const mappingArn = ({ account, region, uuid }: MappingRecord): Arn =>
  formatArn({ service: 'lambda', account, region, resource: `event-source-mapping:${uuid}` });

/** The mapping that an ARN names; `undefined` when it is not the ARN of one. */
export function mappingOfArn(arn: string): MappingName | undefined {
  const parts = parseArn(arn);
  const [kind, uuid] = parts?.resource.split(':') ?? [];
  if (!parts || kind !== 'event-source-mapping' || !uuid) return undefined;
  return { account: parts.account, region: parts.region, uuid };
}

/** Whether the mapping is on its way into another state. */
export const isPassing = ({ state }: Pick<MappingRecord, 'state'>): boolean =>
  state !== 'Enabled' && state !== 'Disabled';

/** Where a passing state leads; `undefined` when the mapping is then gone. */
export function settledState(record: Pick<MappingRecord, 'state' | 'enabled'>): MappingState | undefined {
  switch (record.state) {
    case 'Creating':
    case 'Enabling':
    case 'Disabling':
    case 'Updating':
      return record.enabled ? 'Enabled' : 'Disabled';
    case 'Deleting':
      return undefined;
    case 'Enabled':
    case 'Disabled':
      return record.state;
  }
}
