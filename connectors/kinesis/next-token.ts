import { MINUTE } from '../../src/core/clock.ts';
import { ServiceError } from '../../src/core/errors.ts';
import { invalidArgument } from './errors.ts';

/** Where a list goes on. */
export interface NextToken {
  /** What is listed: a token of one list is no token of another. */
  readonly list: 'streams' | 'shards' | 'consumers';
  /** Whose they are: the stream's ARN; empty for streams. */
  readonly of: string;
  /** The last entry that was handed out. */
  readonly after: string;
  /** What the list was asked for, so that the next page is of the same. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
}

const LIFE_MS = 5 * MINUTE;

/** The token as clients carry it. */
export const writeToken = (token: NextToken, nowMs: number): string =>
  Buffer.from(JSON.stringify({ ...token, at: nowMs })).toString('base64');

/** Reads a token of that list; it is good for five minutes. */
export function readToken(text: string, list: NextToken['list'], nowMs: number): NextToken {
  const token = parse(text);
  if (token?.list !== list || typeof token.at !== 'number') throw invalidToken();
  if (nowMs - token.at <= LIFE_MS) return token;
  throw new ServiceError(
    'ExpiredNextTokenException',
    'The NextToken has expired. A NextToken is valid for 300 seconds.',
  );
}

/** What is no token of this list. */
export const invalidToken = (): ServiceError => invalidArgument('Invalid NextToken.');

function parse(text: string): (NextToken & { readonly at: unknown }) | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
}
