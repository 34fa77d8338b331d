import { keyInToken, pageToken } from '../../core/listing/page-token.ts';
import { invalidToken } from './errors.ts';

const LIST = 'datapoints';

/** The token of what begins with that datapoint. */
export const writeToken = (next: number): string => pageToken(LIST, String(next));

/** The datapoint that a token goes on with. */
export function readToken(token: string): number {
  const next = Number(keyInToken(token, LIST));
  if (Number.isSafeInteger(next) && next > 0) return next;
  throw invalidToken();
}
