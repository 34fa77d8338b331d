import { PatternRefused } from './refusal.ts';

/** The way to a member: names, indexes, and `*` for every element. */
export type JsonSelector = readonly (string | number | typeof EVERY)[];

const EVERY = Symbol('every element');

const STEP = /\.([\p{L}\p{N}_-]+)|\[(\d+)\]|\[(\*)\]|\.?\[(?:'([^']*)'|"([^"]*)")\]/uy;

/** Takes `$.users[0].name` apart; names with other characters stand in brackets and quotes. */
export function parseSelector(text: string): JsonSelector {
  const steps: (string | number | typeof EVERY)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const [, name, index, every, single, double] = STEP.exec(text) ?? [];
    const quoted = single ?? double;
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else if (every !== undefined) steps.push(EVERY);
    else if (quoted !== undefined) steps.push(quoted);
    else throw new PatternRefused(`Invalid property selector '${text}'`);
  }
  if (steps.length === 0) throw new PatternRefused(`Invalid property selector '${text}'`);
  return steps;
}

/** The values at the end of the way; several only where it leads through every element. */
export function selectJson(root: unknown, selector: JsonSelector): readonly unknown[] {
  let found: readonly unknown[] = [root];
  for (const step of selector) {
    found = found.flatMap((value) => {
      if (step === EVERY) return Array.isArray(value) ? value : [];
      if (typeof step === 'number') return Array.isArray(value) && step < value.length ? [value[step]] : [];
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject && Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
    });
  }
  return found;
}
