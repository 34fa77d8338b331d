import { parseEventPattern } from '../../../src/core/event-pattern/event-pattern.ts';
import { createPatternIndex, type PatternIndex } from '../../../src/core/event-pattern/index/pattern-index.ts';
import type { LosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import type { BusName } from '../bus-events.ts';
import { isEnabled, RULES, type Rule, rulesOf } from './rule.ts';

/** The rules of all buses, ready to be matched. */
export interface MatchingRules extends Disposable {
  /** The enabled rules of the bus whose pattern matches. */
  match(bus: BusName, event: LosslessJson): Promise<readonly Rule[]>;
}

/**
 * Holds all rules in memory, read once and then looked at again when the registry tells of a change. Another process's
 * change takes effect here a moment later, as on AWS.
 */
export function createMatchingRules(registry: Registry): MatchingRules {
  const indexes = new Map<string, PatternIndex<Rule>>();
  const held = new Map<string, Rule>();
  const changed = new Set<string>();
  let mustReadAll = true;
  const inTurn = oneAtATime();

  const indexOf = (bus: BusName): PatternIndex<Rule> => {
    const known = indexes.get(rulesOf(bus));
    if (known) return known;
    const created = createPatternIndex<Rule>();
    indexes.set(rulesOf(bus), created);
    return created;
  };
  const forget = (key: string) => {
    const rule = held.get(key);
    held.delete(key);
    if (!rule) return;
    const index = indexOf(rule.bus);
    index.remove(key);
    if (index.size === 0) indexes.delete(rulesOf(rule.bus));
  };
  const hold = (key: string, rule: Rule) => {
    if (held.get(key) === rule) return;
    forget(key);
    held.set(key, rule);
    if (!rule.pattern || !isEnabled(rule)) return;
    indexOf(rule.bus).add(key, parseEventPattern(rule.pattern, 'rule'), rule);
  };
  const readAll = async () => {
    mustReadAll = false;
    changed.clear();
    const all = await registry.list<Rule>(RULES).catch((error: unknown) => {
      mustReadAll = true;
      throw error;
    });
    const present = new Set(all.map(({ key }) => key));
    for (const key of [...held.keys()]) if (!present.has(key)) forget(key);
    for (const { key, value } of all) hold(key, value);
  };
  const readChanged = async () => {
    for (const key of [...changed]) {
      changed.delete(key);
      const entry = await registry.get<Rule>(key).catch((error: unknown) => {
        changed.add(key);
        throw error;
      });
      if (entry) hold(key, entry.value);
      else forget(key);
    }
  };
  const isCurrent = () => !mustReadAll && changed.size === 0;
  const catchUp = async () => {
    while (!isCurrent()) await inTurn(async () => await (mustReadAll ? readAll() : readChanged()));
  };

  const watching = registry.watch(RULES, (key) => {
    if (key === undefined) mustReadAll = true;
    else changed.add(key);
  });
  return {
    async match(bus, event) {
      if (!isCurrent()) await catchUp();
      return indexes.get(rulesOf(bus))?.match(event) ?? [];
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}
