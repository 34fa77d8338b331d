import { keyInToken, pageToken } from '../../core/listing/page-token.ts';
import { invalidToken } from './errors.ts';

/** A datapoint of a request's results: of which of them, and when. */
export interface Place {
  readonly result: number;
  readonly atMs: number;
}

const LIST = 'datapoints';

/** The token of what comes behind that datapoint. */
export const writeToken = ({ result, atMs }: Place): string => pageToken(LIST, `${result} ${atMs}`);

/** The datapoint that a token goes on behind. */
export function readToken(token: string): Place {
  const [, result, atMs] = /^(\d{1,9}) (-?\d{1,16})$/.exec(keyInToken(token, LIST) ?? '') ?? [];
  if (result === undefined || atMs === undefined) throw invalidToken();
  return { result: Number(result), atMs: Number(atMs) };
}
