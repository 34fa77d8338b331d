/** JSON as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * What an event pattern means, told in the simplest way and without regard to speed: an event with lists stands for all
 * events that have one of its members in place of each list, and one of them must have a fitting leaf at each path.
 */
export function modelMatches(pattern: Json, event: Json): boolean {
  const rules = waysOf(pattern, '');
  return withoutLists(event).some((view) => {
    const leaves = leavesOf(view, '');
    return rules.some((rule) =>
      [...rule].every(([path, members]) => members.some((member) => fits(member, leaves.get(path)))),
    );
  });
}

type Rule = ReadonlyMap<string, readonly Json[]>;

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const under = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** The rules that `$or` multiplies the pattern to, each by full path. */
function waysOf(pattern: Json, path: string): readonly Rule[] {
  let rules: readonly Rule[] = [new Map()];
  for (const [name, value] of Object.entries(isObject(pattern) ? pattern : {})) {
    const choices =
      name === '$or' ? asList(value).flatMap((choice) => waysOf(choice, path)) : further(under(path, name), value);
    rules = rules.flatMap((rule) => choices.map((choice) => new Map([...rule, ...choice])));
  }
  return rules;
}

const further = (path: string, value: Json): readonly Rule[] =>
  isObject(value) ? waysOf(value, path) : [new Map([[path, asList(value)]])];

/** All events that have one member in place of each list; an empty list is no field. */
function withoutLists(value: Json): readonly Json[] {
  if (Array.isArray(value)) return asList(value).flatMap(withoutLists);
  if (!isObject(value)) return [value];
  let views: readonly { readonly [name: string]: Json }[] = [{}];
  for (const [name, member] of Object.entries(value)) {
    const choices = withoutLists(member);
    if (choices.length > 0) views = views.flatMap((view) => choices.map((choice) => ({ ...view, [name]: choice })));
  }
  return views;
}

function leavesOf(value: Json, path: string): ReadonlyMap<string, Json> {
  if (!isObject(value)) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([name, member]) => [...leavesOf(member, under(path, name))]));
}

function fits(member: Json, leaf: Json | undefined): boolean {
  if (!isObject(member)) return member === leaf;
  const [[operator, operand] = ['', null]] = Object.entries(member);
  if (operator === 'exists') return operand === (leaf !== undefined);
  if (leaf === undefined) return false;
  if (operator === 'anything-but') return fitsNone(operand, leaf);
  if (operator === 'numeric') return typeof leaf === 'number' && inRange(asList(operand), leaf);
  return typeof leaf === 'string' && fitsText(operator, operand, leaf);
}

function fitsNone(operand: Json, leaf: Json): boolean {
  if (!isObject(operand)) return ![operand].flat().includes(leaf);
  const [[operator, texts] = ['', null]] = Object.entries(operand);
  return typeof leaf !== 'string' || ![texts].flat().some((text) => fitsText(operator, text, leaf));
}

function inRange(range: readonly Json[], leaf: number): boolean {
  const [operator, bound, ...more] = range;
  const holds =
    (operator === '=' && leaf === bound) ||
    (String(operator).startsWith('<') && leaf < Number(bound)) ||
    (String(operator).startsWith('>') && leaf > Number(bound)) ||
    (String(operator).length === 2 && leaf === bound);
  return holds && (more.length === 0 || inRange(more, leaf));
}

function fitsText(operator: string, operand: Json, leaf: string): boolean {
  if (isObject(operand))
    return fitsText(operator, String(operand['equals-ignore-case']).toLowerCase(), leaf.toLowerCase());
  const text = String(operand);
  switch (operator) {
    case 'prefix':
      return leaf.slice(0, text.length) === text;
    case 'suffix':
      return leaf.slice(leaf.length - text.length) === text && leaf.length >= text.length;
    case 'equals-ignore-case':
      return leaf.toUpperCase() === text.toUpperCase();
    default:
      return new RegExp(`^${text.split('*').join('.*')}$`, 's').test(leaf);
  }
}
