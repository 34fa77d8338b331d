import type { Scope } from './arn.ts';

/** Takes what execution environments write. Writing never waits and never fails. */
export interface FunctionLogs {
  /** `text` is one event of the log stream, without the line feed at its end. */
  write(scope: Scope, group: string, stream: string, text: string): void;
}
