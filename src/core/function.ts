import type { Arn } from './arn.ts';

/** All that is needed to run one version of a function. */
export interface FunctionSpec {
  /** Unqualified ARN. */
  readonly arn: Arn;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Changes with code or configuration: environments of another revision are not reused. */
  readonly revision: string;
  readonly runtime: string;
  readonly handler: string;
  /** Folder that holds the unpacked code. */
  readonly codeDir: string;
  /** The user's own folder, watched; its code may be TypeScript. */
  readonly live: boolean;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly ephemeralStorageMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: Arn;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** What is logged in JSON at least. Absent: INFO. */
  readonly logLevels?: LogLevels | undefined;
}

/** The lowest levels that are logged, of what a function writes and of what the platform does. */
export interface LogLevels {
  readonly application: ApplicationLogLevel;
  readonly system: SystemLogLevel;
}

/** From the most to the least that is logged. */
export const APPLICATION_LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type ApplicationLogLevel = (typeof APPLICATION_LOG_LEVELS)[number];
export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN';

/** The answer to looking up what an invocation names. */
export type ResolvedFunction =
  | {
      readonly kind: 'found';
      readonly spec: FunctionSpec;
      readonly state: 'Pending' | 'Active' | 'Inactive' | 'Failed';
      readonly stateReason?: string;
      /** Dead letters of asynchronous invocations. */
      readonly deadLetterArn?: Arn;
      /** `undefined`: not reserved. */
      readonly reservedConcurrency?: number;
    }
  | { readonly kind: 'missing'; readonly arn: Arn };

/** Retry and destination settings of asynchronous invocation, for one qualifier. */
export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly onSuccess?: Arn;
  readonly onFailure?: Arn;
}

/** What the dispatcher, mappings and connectors ask of `src/lambda`. */
export interface FunctionDirectory {
  /** `arn` may carry a qualifier. */
  resolve(arn: Arn): Promise<ResolvedFunction>;
  /** The configuration for exactly the qualifier that `arn` carries (`$LATEST` when none), with AWS's defaults filled in. */
  eventInvokeConfig(arn: Arn): Promise<EventInvokeConfig>;
  /** Sum of reserved concurrency of all functions in that account and region. */
  reservedTotal(scope: { readonly account: string; readonly region: string }): Promise<number>;
  /** Whether the function's resource policy lets the principal invoke it. */
  allowsInvoke(
    arn: Arn,
    request: { readonly principal: string; readonly sourceArn: Arn; readonly sourceAccount: string },
  ): Promise<boolean>;
}
