import {
  type EventPattern,
  PatternNotValid,
  parseEventPattern,
} from '../../../src/core/event-pattern/event-pattern.ts';
import { jsonFault } from '../../../src/core/json/json-fault.ts';
import { invalidParameter } from '../errors.ts';
import { checkComplexity, checkDepth } from './complexity.ts';
import type { FilterScope } from './filter-scope.ts';

/**
 * Whether the text takes a filter policy away.
 * https://docs.aws.amazon.com/sns/latest/dg/message-filtering-policy-remove.html
 */
export const isNoFilter = (text: string): boolean => text === '' || /^\s*\{\s*\}\s*$/.test(text);

/**
 * Checks a filter policy and makes it ready. AWS reads it, writes it anew without spaces and gives that to its matcher:
 * places in sentences are of that text (recorded).
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export function checkFilterPolicy(text: string, scope: FilterScope): EventPattern {
  const fault = jsonFault(Buffer.from(text));
  if (fault !== undefined) throw invalidParameter(`FilterPolicy: failed to parse JSON. ${fault}`);
  const policy: unknown = JSON.parse(text);
  checkDepth(policy);
  const pattern = compile(JSON.stringify(policy));
  checkComplexity(policy as Readonly<Record<string, unknown>>, scope);
  return pattern;
}

function compile(text: string): EventPattern {
  try {
    return parseEventPattern(text, 'sns');
  } catch (error) {
    if (!(error instanceof PatternNotValid)) throw error;
    throw invalidParameter(`FilterPolicy: ${error.message}`);
  }
}
