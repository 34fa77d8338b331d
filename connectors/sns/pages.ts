import { type TokenPage, tokenPage } from '../../src/core/listing/token-page.ts';
import { invalidParameter } from './errors.ts';

/** SNS lists a hundred at a time. https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
const PAGE = 100;

/** One page of what is listed by its ARN. */
export function page<T extends { readonly arn: string }>(all: readonly T[], token: string | undefined): TokenPage<T> {
  const sorted = [...all].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const refusal = () => invalidParameter('NextToken');
  return tokenPage(sorted, ({ arn }) => arn, { list: 'sns', token, limit: PAGE, refusal });
}
