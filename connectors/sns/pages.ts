import { invalidParameter } from './errors.ts';

/** SNS lists a hundred at a time. https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
const PAGE = 100;

/** One page of what is listed by its ARN; the token stands for the last one that was handed out. */
export function page<T extends { readonly arn: string }>(
  all: readonly T[],
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const sorted = [...all].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const after = token === undefined ? '' : readToken(token);
  const behind = sorted.filter(({ arn }) => arn > after);
  const items = behind.slice(0, PAGE);
  const last = items.at(-1);
  return { items, next: behind.length > PAGE && last ? Buffer.from(last.arn).toString('base64') : undefined };
}

function readToken(token: string): string {
  const arn = Buffer.from(token, 'base64').toString();
  if (arn.startsWith('arn:')) return arn;
  throw invalidParameter('NextToken');
}
