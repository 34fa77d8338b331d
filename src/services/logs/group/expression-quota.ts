import { limitExceeded } from '../errors.ts';
import { storedFilter } from '../filter/filter-pattern.ts';
import type { LogGroup } from './log-group.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html */
const MAX_PATTERNS = 5;

/**
 * Refuses a pattern that a group has got, when too many of its metric filters and subscriptions have regular expressions
 * with it. Others may still be put.
 */
export function checkExpressionQuota({ metricFilters, subscriptions }: LogGroup, pattern: string): void {
  if (!hasExpression({ pattern })) return;
  if ([...metricFilters, ...subscriptions].filter(hasExpression).length > MAX_PATTERNS) throw limitExceeded();
}

const hasExpression = ({ pattern }: { readonly pattern: string }) => storedFilter(pattern).expressions > 0;
