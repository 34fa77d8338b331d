import { MINUTE } from '../../src/core/clock.ts';
import { ServiceError } from '../../src/core/errors.ts';
import { invalidArgument } from './errors.ts';

/** Where a list goes on. */
export interface NextToken {
  /** What is listed: the stream's ARN, or `streams`. */
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

/** Reads a token; it is good for five minutes. */
export function readToken(text: string, nowMs: number): NextToken {
  const token = parse(text);
  if (typeof token?.at !== 'number' || typeof token.after !== 'string' || typeof token.of !== 'string') {
    throw invalidArgument('Invalid NextToken.');
  }
  if (nowMs - token.at <= LIFE_MS) return token;
  throw new ServiceError(
    'ExpiredNextTokenException',
    'The NextToken has expired. A NextToken is valid for 300 seconds.',
  );
}

function parse(text: string): (Partial<NextToken> & NextToken & { readonly at?: unknown }) | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
}
