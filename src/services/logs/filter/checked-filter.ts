import { invalidParameter } from '../errors.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import type { MessageFilter } from './message-filter.ts';
import { PatternRefused } from './refusal.ts';

/** The filter of a request. @param introduction what AWS says before the reason, which differs by operation */
export function checkedFilter(pattern: string, introduction = ''): MessageFilter {
  try {
    return parseFilterPattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternRefused)) throw error;
    throw invalidParameter(introduction + error.message);
  }
}
