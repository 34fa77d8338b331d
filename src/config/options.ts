import type { MissedPolicy } from '../core/schedule/timetable.ts';
import type { Timing } from '../core/timing.ts';
import type { HeadwaterConfig } from './declaration.ts';
import type { ClockChoice, WritableOptions } from './writable-options.ts';

/** What `startHeadwater` takes, and `headwater up` by flags of the same names. All of it is optional. */
export interface HeadwaterOptions extends WritableOptions {
  /** A config file (`.json` or `.ts`) or its content: declares resources, and options that these options override. */
  readonly config?: string | HeadwaterConfig | undefined;
  /** Gets each line that functions log, as it comes. CloudWatch Logs keeps them with or without it. */
  readonly log?: ((line: FunctionLog) => void) | undefined;
  /**
   * Gets warnings for people.
   * @default writes to standard error
   */
  readonly warn?: ((line: string) => void) | undefined;
}

/** One line of a function's log. */
export interface FunctionLog {
  readonly functionName: string;
  readonly requestId?: string | undefined;
  readonly text: string;
}

/** All options decided. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly allowHosts: readonly string[];
  /** Absent when nothing is kept. */
  readonly dataDir: string | undefined;
  readonly fsync: boolean;
  readonly clock: ClockChoice;
  readonly timing: Timing;
  readonly codeRoot: string | undefined;
  readonly runtimes: ReadonlyMap<string, string>;
  readonly strictRuntimes: boolean;
  readonly maxEnvironments: number;
  readonly accountConcurrency: number;
  readonly enforcePolicies: boolean;
  readonly throttle: boolean;
  readonly missedSchedules: MissedPolicy;
  readonly credentials: ReadonlyMap<string, string>;
  readonly backends: BackendSettings;
  /** A file. */
  readonly secrets: string | undefined;
}

/** Which real backends there are; a port whose backend is absent is embedded. */
export interface BackendSettings {
  readonly redis: string | undefined;
  readonly kafka: readonly string[] | undefined;
  readonly minio: string | undefined;
  readonly namespace: string;
  readonly deadlineMs: number;
}
