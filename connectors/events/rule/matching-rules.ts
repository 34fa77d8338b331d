import { type EventPattern, parseEventPattern } from '../../../src/core/event-pattern.ts';
import type { LosslessJson } from '../../../src/core/lossless-json.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import type { BusName } from '../bus-events.ts';
import { isEnabled, RULES, type Rule, ruleKey, rulesOf } from './rule.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';

/** The rules of all buses, ready to be matched. */
export interface MatchingRules extends Disposable {
  /** The enabled rules of the bus whose pattern matches. */
  match(bus: BusName, event: LosslessJson): Promise<readonly Rule[]>;
  /** A rule as it is now, from what is held in memory. */
  find(bus: BusName, name: string): Promise<Rule | undefined>;
}

interface Held {
  readonly rule: Rule;
  /** Absent when the rule is not to be matched. */
  readonly pattern?: EventPattern | undefined;
}

/**
 * Holds all rules in memory, read once and then looked at again when the registry tells of a change. Another process's
 * change takes effect here a moment later, as on AWS.
 */
export function createMatchingRules(registry: Registry): MatchingRules {
  const indexes = new Map<string, RuleIndex>();
  const held = new Map<string, Held>();
  const changed = new Set<string>();
  let mustReadAll = true;
  const inTurn = oneAtATime();

  const forget = (key: string) => {
    const before = held.get(key);
    held.delete(key);
    if (before?.pattern) indexes.get(rulesOf(before.rule.bus))?.remove(before.pattern, key);
  };
  const hold = (key: string, rule: Rule) => {
    const before = held.get(key);
    if (before?.rule === rule) return;
    forget(key);
    const pattern = rule.pattern !== undefined && isEnabled(rule) ? parseEventPattern(rule.pattern, 'rule') : undefined;
    held.set(key, { rule, pattern });
    if (!pattern) return;
    const bus = rulesOf(rule.bus);
    const index = indexes.get(bus) ?? createRuleIndex();
    indexes.set(bus, index);
    index.add(pattern, key);
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
      const keys = indexes.get(rulesOf(bus))?.match(event) ?? [];
      return keys.flatMap((key) => held.get(key)?.rule ?? []);
    },
    async find(bus, name) {
      if (!isCurrent()) await catchUp();
      return held.get(ruleKey(bus, name))?.rule;
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}
