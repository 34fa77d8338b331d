import { type Arn, formatArn, type Scope } from '../../../src/core/arn.ts';
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
  /** What the user asked for; where a passing state leads. */
  readonly enabled: boolean;
  readonly settings: Settings;
  readonly tags: Readonly<Record<string, string>>;
  /** What became of the last batch; absent before the first, and for queues. */
  readonly lastResult?: string | undefined;
}

/** Registry keys of all mappings begin so. */
export const MAPPINGS = 'lambda-mappings/';

/** Where the registry keeps the mapping. */
export const mappingKey = ({ account, region, uuid }: Pick<MappingRecord, 'account' | 'region' | 'uuid'>): string =>
  `${MAPPINGS}${account}/${region}/${uuid}`;

/** What tags and permissions call the mapping. */
export const mappingArn = ({ account, region, uuid }: MappingRecord): Arn =>
  formatArn({ service: 'lambda', account, region, resource: `event-source-mapping:${uuid}` });

/** Where a passing state leads; `undefined` when the mapping is then gone. */
export function settledState(record: MappingRecord): MappingState | undefined {
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
