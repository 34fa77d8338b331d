import type { Scope } from './arn.ts';

/** Takes what execution environments write. Writing never waits and never fails. */
export interface FunctionLogs {
  /** `text` is one event of the log stream, exactly as AWS keeps it: with the line feed at its end where there is one. */
  write(scope: Scope, group: string, stream: string, text: string): void;
}

/** For whoever keeps none. */
export const noFunctionLogs: FunctionLogs = { write() {} };
