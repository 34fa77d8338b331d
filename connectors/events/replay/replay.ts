import { type Arn, formatArn, type Scope } from '../../../src/core/arn.ts';
import type { Named } from '../archive/archive.ts';
import type { BusName } from '../bus-events.ts';

/**
 * A replay as the registry keeps it.
 *
 *   STARTING → RUNNING → COMPLETED, when no event of its time is left
 *                      → FAILED, when archive or bus are gone
 *   STARTING, RUNNING → CANCELLING → CANCELLED, when it is cancelled
 */
export interface Replay extends Scope {
  readonly name: string;
  readonly arn: Arn;
  readonly description?: string | undefined;
  readonly archive: Named;
  /** Of the archive as it was: one that was created again is another. */
  readonly log: string;
  readonly bus: BusName;
  /** Rules that see the events; all of the bus when absent. */
  readonly rules?: readonly Arn[] | undefined;
  /** Events from the first time on, up to the second and without it. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: ReplayState;
  readonly reason?: string | undefined;
  /** The time of the last event that was replayed. */
  readonly lastReplayedMs?: number | undefined;
  readonly startedAtMs: number;
  readonly endedAtMs?: number | undefined;
}

/** What a replay is up to. */
export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** Key prefix of all replays in the registry. */
export const REPLAYS = 'events/replays/';

/** A replay's key in the registry. */
export const replayKey = ({ account, region, name }: Named): string => `${REPLAYS}${account}/${region}/${name}`;

/** The ARN of a replay of that name. */
export const replayArn = ({ account, region, name }: Named): Arn =>
  formatArn({ service: 'events', region, account, resource: `replay/${name}` });

/** Whether it has not come to its end yet. */
export const isActive = ({ state }: Replay): boolean =>
  state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
