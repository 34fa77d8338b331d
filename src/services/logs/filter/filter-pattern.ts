import { fieldsFilter } from './fields-filter.ts';
import { jsonFilter } from './json-filter.ts';
import { type MessageFilter, NOTHING } from './message-filter.ts';
import { termsFilter } from './terms-filter.ts';

const everything: MessageFilter = { expressions: 0, match: () => NOTHING };

/**
 * Checks a filter pattern of CloudWatch Logs: `[…]` names the fields of a line, `{…}` asks for members of JSON, all else are
 * terms. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws PatternRefused with AWS's reason
 */
export function parseFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (text === '') return everything;
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[')) return fieldsFilter(text);
  return termsFilter(text);
}

const known = new Map<string, MessageFilter>();
const MOST_KNOWN = 1_000;

/** A pattern that was checked when it was stored. */
export function storedFilter(pattern: string): MessageFilter {
  const found = known.get(pattern);
  if (found) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const parsed = parseFilterPattern(pattern);
  known.set(pattern, parsed);
  return parsed;
}
