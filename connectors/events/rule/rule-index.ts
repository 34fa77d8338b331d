import type { EventPattern } from '../../../src/core/event-pattern.ts';
import type { LosslessJson } from '../../../src/core/lossless-json.ts';

/** The patterns of one bus, by the keys of their rules. */
export interface RuleIndex {
  add(pattern: EventPattern, key: string): void;
  remove(pattern: EventPattern, key: string): void;
  match(event: LosslessJson): readonly string[];
}

/** Tries one pattern after another. */
export function createRuleIndex(): RuleIndex {
  const patterns = new Map<string, EventPattern>();
  return {
    add: (pattern, key) => void patterns.set(key, pattern),
    remove: (_pattern, key) => void patterns.delete(key),
    match: (event) => [...patterns].flatMap(([key, pattern]) => (pattern.matches(event) ? [key] : [])),
  };
}
