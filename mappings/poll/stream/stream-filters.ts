import { parseFilters } from '../filter-criteria.ts';
import { refuse } from '../mapping/mapping-settings.ts';

/**
 * The data of a stream's record is matched as JSON: a pattern of texts for it is none.
 * docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html, "Properly filtering Kinesis records"
 */
export function requireDataPatterns(patterns: readonly string[], dataKey: string): void {
  for (const filter of parseFilters(patterns)) {
    if (filter.fieldKind(dataKey) === 'leaves') refuse('Invalid filter pattern definition.');
  }
}
