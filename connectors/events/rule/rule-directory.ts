import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import type { BusName } from '../bus-events.ts';
import { ruleNotFound } from '../errors.ts';
import { RULES, type Rule, ruleKey, rulesOf } from './rule.ts';

/** All rules, in the registry. */
export interface RuleDirectory {
  find(bus: BusName, name: string): Promise<Rule | undefined>;
  /** Refuses when there is none. */
  get(bus: BusName, name: string): Promise<Rule>;
  /** The rules of a bus by name; all there are without one. */
  list(bus?: BusName): Promise<readonly Rule[]>;
  /** Stores what `decide` makes of the rule, which may not be there yet. */
  put(bus: BusName, name: string, decide: (current: Rule | undefined) => Rule): Promise<Rule>;
  /** Stores what `change` makes of the rule; refuses when it is not there. */
  change(bus: BusName, name: string, change: (current: Rule) => Rule): Promise<Rule>;
  /** Removes the rule unless `check` throws. */
  remove(bus: BusName, name: string, check: (current: Rule) => void): Promise<void>;
  clear(): Promise<void>;
}

/** The directory over a registry. */
export function createRuleDirectory(registry: Registry): RuleDirectory {
  const find = async (bus: BusName, name: string) => (await registry.get<Rule>(ruleKey(bus, name)))?.value;
  const put: RuleDirectory['put'] = (bus, name, decide) => changeEntry(registry, ruleKey(bus, name), decide);
  return {
    find,
    put,
    async get(bus, name) {
      const rule = await find(bus, name);
      if (!rule) throw ruleNotFound(name, bus.name);
      return rule;
    },
    list: (bus) => valuesUnder<Rule>(registry, bus ? rulesOf(bus) : RULES),
    change: (bus, name, change) =>
      put(bus, name, (current) => {
        if (!current) throw ruleNotFound(name, bus.name);
        return change(current);
      }),
    async remove(bus, name, check) {
      await changeEntry<Rule>(registry, ruleKey(bus, name), (current) => {
        if (current) check(current);
        return undefined;
      });
    },
    clear: () => removeUnder(registry, RULES),
  };
}
