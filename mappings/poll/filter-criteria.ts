import { type EventPattern, PatternNotValid, parseEventPattern } from '../../src/core/event-pattern/event-pattern.ts';
import { type LosslessJson, parseLosslessJson, toLosslessJson } from '../../src/core/json/lossless-json.ts';
import { limits } from '../../src/core/limits.ts';

/** Filters of a mapping, ready to use: one of them must match. Empty means that all pass. */
export type Filters = readonly EventPattern[];

/** A record as filters see it: its metadata, and its data under a key of its own. */
export interface FilterView {
  /** The record's other members, e.g. `messageAttributes`. */
  readonly metadata: () => object;
  /** `body`, `data` or `dynamodb`. */
  readonly dataKey: string;
  readonly data: string;
}

/** Makes checked patterns ready to match. */
export const parseFilters = (patterns: readonly string[]): Filters =>
  patterns.map((pattern) => parseEventPattern(pattern, 'mapping'));

/** Calls `refuse` when a pattern is none. */
export function checkFilterPatterns(patterns: readonly string[], refuse: () => never): void {
  for (const pattern of patterns) {
    if (pattern.length > limits.mappingFilterPatternCharacters) refuse();
    try {
      parseEventPattern(pattern, 'mapping');
    } catch (error) {
      if (error instanceof PatternNotValid) refuse();
      throw error;
    }
  }
}

/**
 * Whether a record passes. Data and pattern must be of one form, text or JSON; where they are not the record does not
 * match. docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, "Properly filtering Amazon SQS messages"
 */
export function passes(filters: Filters, view: FilterView): boolean {
  if (filters.length === 0) return true;
  const json = parsedData(view.data);
  return filters.some((filter) => filter.matches(recordFor(filter, view, json)));
}

/** The record for one filter: only what the filter asks about is made. */
function recordFor(filter: EventPattern, view: FilterView, json: LosslessJson | undefined): LosslessJson {
  const kind = filter.fieldKind(view.dataKey);
  const data = kind === undefined ? undefined : (json ?? toLosslessJson(view.data));
  const members = new Map(data ? [[view.dataKey, data]] : []);
  if (!filter.onlyField(view.dataKey)) {
    const metadata = toLosslessJson(view.metadata());
    if (metadata.kind === 'object') for (const [name, value] of metadata.members) members.set(name, value);
  }
  return { kind: 'object', members, start: 0, end: 0 };
}

/** Data counts as JSON when it is an object or a list; a bare number or word is text. */
function parsedData(data: string): LosslessJson | undefined {
  const parsed = /^\s*[{[]/.test(data) ? parseLosslessJson(data) : undefined;
  return parsed?.kind === 'object' || parsed?.kind === 'array' ? parsed : undefined;
}
