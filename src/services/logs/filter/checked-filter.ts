import { invalidParameter } from '../errors.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import type { MessageFilter } from './message-filter.ts';
import { PatternRefused } from './refusal.ts';

/** Of patterns with fields and of those for JSON: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html */
const MAX_EXPRESSIONS = 2;
const HAS_PARTS = /^\s*[[{]/;

/** Text unverified. */
const tooManyExpressions = () =>
  new PatternRefused(`A filter pattern can have ${MAX_EXPRESSIONS} regular expressions at most`);

/** The filter of a request. @param introduction what AWS says before the reason, which differs by operation */
export function checkedFilter(pattern: string, introduction = ''): MessageFilter {
  try {
    const filter = parseFilterPattern(pattern);
    if (filter.expressions > MAX_EXPRESSIONS && HAS_PARTS.test(pattern)) throw tooManyExpressions();
    return filter;
  } catch (error) {
    if (!(error instanceof PatternRefused)) throw error;
    throw invalidParameter(introduction + error.message);
  }
}
