import { parseArn } from '../../src/core/arn.ts';
import { invalidParameterValue } from './errors.ts';

/** What a task handle names. */
export interface TaskHandle {
  readonly taskId: string;
  readonly sourceArn: string;
}

/** A handle as AWS makes it: both in JSON, in base64 (recorded). */
export function taskHandle(parts: TaskHandle): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64');
}

/** Reads a handle or refuses it. */
export function parseTaskHandle(handle: string): TaskHandle {
  try {
    const parts: unknown = JSON.parse(Buffer.from(handle, 'base64').toString());
    if (typeof parts === 'object' && parts !== null && 'taskId' in parts && 'sourceArn' in parts) {
      return { taskId: String(parts.taskId), sourceArn: String(parts.sourceArn) };
    }
  } catch {
    // Refused below.
  }
  throw invalidParameterValue('Value for parameter TaskHandle is invalid.');
}

/** Refuses text that is no ARN. */
export function checkArn(arn: string, parameter: 'SourceArn' | 'DestinationArn'): void {
  if (parseArn(arn)) return;
  throw invalidParameterValue(
    `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
  );
}
