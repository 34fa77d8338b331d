import { invalidParameterValue, invalidValue } from './errors.ts';

const MAX_RESULTS = 1000;

/**
 * One page of a list of URLs. The token stands for the last URL that was handed out; only who gives a maximum gets one
 * (recorded: the token is that URL in base64).
 */
export function page(
  urls: readonly string[],
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: string[]; readonly next: string | undefined } {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MAX_RESULTS)) {
    throw invalidValue(MaxResults, 'MaxResults', `MaxResults must be an integer between 1 and ${MAX_RESULTS}.`);
  }
  const start = NextToken === undefined ? 0 : urls.findIndex((url) => nameOf(url) > nameOf(lastOf(NextToken)));
  const items = start < 0 ? [] : urls.slice(start, start + (MaxResults ?? MAX_RESULTS));
  const last = items.at(-1);
  const more = MaxResults !== undefined && last !== undefined && last !== urls.at(-1);
  return { items, next: more ? Buffer.from(last).toString('base64') : undefined };
}

function lastOf(token: string): string {
  const url = Buffer.from(token, 'base64').toString();
  if (!url.includes('/')) throw invalidParameterValue('Invalid or expired next token.');
  return url;
}

/** The host may have changed between two pages. */
const nameOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);
