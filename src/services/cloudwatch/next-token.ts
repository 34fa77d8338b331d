import { ServiceError } from '../../core/errors.ts';

/** What a token goes on with. */
type Listed = 'metrics' | 'datapoints';

/** The token of what begins with that item. */
export const writeToken = (listed: Listed, next: number): string =>
  Buffer.from(JSON.stringify([listed, next])).toString('base64url');

/** The item that a token of that list goes on with. */
export function readToken(token: string, listed: Listed): number {
  try {
    const [of, next]: unknown[] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (of === listed && typeof next === 'number' && Number.isSafeInteger(next) && next > 0) return next;
  } catch {}
  throw new ServiceError('InvalidNextToken', 'The specified NextToken is invalid.');
}
