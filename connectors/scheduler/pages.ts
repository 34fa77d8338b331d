import { invalid } from './errors.ts';

const MOST = 100;

/** One page of what is in the order of its keys; the token stands for the last key that was handed out. */
export function page<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  {
    MaxResults = MOST,
    NextToken,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: readonly Item[]; readonly end: { readonly NextToken?: string } } {
  const after = NextToken === undefined ? undefined : keyIn(NextToken);
  const behind = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = behind.slice(0, MaxResults);
  const last = shown.at(-1);
  const more = last !== undefined && behind.length > shown.length;
  return { items: shown, end: more ? { NextToken: Buffer.from(`after ${keyOf(last)}`).toString('base64') } : {} };
}

function keyIn(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith('after ')) return text.slice('after '.length);
  throw invalid('Invalid NextToken.');
}
