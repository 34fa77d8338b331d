import { validation } from '../errors.ts';

/** What lists of archives and replays can be cut down to. */
export interface ListFilter {
  readonly NamePrefix?: string | undefined;
  readonly EventSourceArn?: string | undefined;
  readonly State?: string | undefined;
}

/** AWS takes one filter at a time. */
export function checkFilter({ NamePrefix, EventSourceArn, State }: ListFilter, operation: string): void {
  if ([NamePrefix, EventSourceArn, State].filter((filter) => filter !== undefined).length <= 1) return;
  const choices = 'State, EventSourceArn, or NamePrefix';
  throw validation(`At most one filter is allowed for ${operation}. Use either : ${choices}.`);
}

/** Whether one that is listed so passes. */
export const passes = (
  listed: { readonly name: string; readonly sourceArn: string; readonly state: string },
  { NamePrefix = '', EventSourceArn = listed.sourceArn, State = listed.state }: ListFilter,
): boolean => listed.name.startsWith(NamePrefix) && listed.sourceArn === EventSourceArn && listed.state === State;
