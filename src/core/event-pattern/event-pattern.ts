import type { LosslessJson } from '../json/lossless-json.ts';
import { compilePattern, type ObjectPattern } from './compiler.ts';
import { withoutJoinedNames } from './joined-names.ts';
import { matchesObject } from './match-object.ts';
import type { PatternDialect } from './refusal.ts';

export { type PatternDialect, PatternNotValid } from './refusal.ts';

/** An event pattern that was checked and made ready; matching it allocates next to nothing. */
export interface EventPattern {
  readonly dialect: PatternDialect;
  /** What `$or` multiplies the pattern to; one of them must match. For the index of patterns. */
  readonly alternatives: readonly ObjectPattern[];
  matches(data: LosslessJson): boolean;
  /** Whether the pattern says something of this top-level field, and of which form: leaves or nested fields. */
  fieldKind(name: string): 'leaves' | 'fields' | undefined;
  /** Whether the pattern says nothing of any other top-level field. */
  onlyField(name: string): boolean;
}

/**
 * Checks a pattern and makes it ready.
 * @throws PatternNotValid with AWS's own reason
 */
export function parseEventPattern(text: string, dialect: PatternDialect): EventPattern {
  const alternatives = compilePattern(text, dialect);
  const kinds = new Map(alternatives.flatMap(({ fields }) => fields.map(({ name, pattern }) => [name, pattern.kind])));
  return {
    dialect,
    alternatives,
    matches: (data) => {
      const event = withoutJoinedNames(data);
      return alternatives.some((pattern) => matchesObject(pattern, event));
    },
    fieldKind: (name) => kinds.get(name),
    onlyField: (name) => kinds.size === 1 && kinds.has(name),
  };
}

/** Whether `data` matches the pattern; compile once with {@link parseEventPattern} where it is used often. */
export function matches(pattern: string, data: LosslessJson, dialect: PatternDialect): boolean {
  return parseEventPattern(pattern, dialect).matches(data);
}
