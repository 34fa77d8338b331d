import type { LogPlace } from '../../../core/ports/log-store.ts';
import { invalidToken } from '../errors.ts';
import { eventIdOf, placeOfId } from './event-id.ts';

/** Where a page of a stream goes on, and in which direction. */
export interface PageToken {
  readonly direction: 'f' | 'b';
  readonly after: LogPlace;
}

/** The token as clients carry it, in AWS's form: `f/36072868377888…/s`. */
export const writePageToken = ({ direction, after }: PageToken): string => `${direction}/${eventIdOf(after)}/s`;

/** Refuses what is no such token. */
export function readPageToken(text: string): PageToken {
  const [direction, id = '', end] = text.split('/');
  const after = placeOfId(id);
  if ((direction === 'f' || direction === 'b') && after && end === 's') return { direction, after };
  throw invalidToken();
}
