import type { Invocation } from '../invocation/invocation.ts';

const ATTRIBUTE = /<aws\.scheduler\.(schedule-arn|scheduled-time|execution-id|attempt-number)>/g;

/**
 * The input with what it asks for of this attempt. The first attempt is number 1.
 * docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function fillIn(
  input: string,
  { scheduleArn, scheduledAtMs, executionId }: Invocation,
  attempt: number,
): string {
  const values: Readonly<Record<string, string>> = {
    'schedule-arn': scheduleArn,
    'scheduled-time': wholeSecond(scheduledAtMs),
    'execution-id': executionId,
    'attempt-number': String(attempt),
  };
  return input.replace(ATTRIBUTE, (_attribute, name: string) => values[name] ?? '');
}

/** The input as it could be, so that its form can be checked before anything is due. */
export const sampleOf = (input: string): string => input.replace(ATTRIBUTE, '1');

/** `2022-03-22T18:59:43Z` */
export const wholeSecond = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
