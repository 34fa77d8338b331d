import type { LosslessArray, LosslessJson, LosslessObject } from '../json/lossless-json.ts';

/** A name that leads deeper stays as it is: no pattern goes there. */
export const DEEPEST_FIELD = 1000;

const resolved = new WeakMap<LosslessObject, LosslessObject>();

/**
 * The event with members such as `"a.b"` as `b` within `a`: AWS's engine knows fields by their names joined with dots.
 * An event without such names is returned as it is; the answer is kept while the event is.
 */
export function withoutJoinedNames(event: LosslessJson): LosslessJson {
  if (event.kind !== 'object') return event;
  const known = resolved.get(event);
  if (known) return known;
  const plain = hasJoinedNames(event) ? nested(event, 0) : event;
  resolved.set(event, plain);
  return plain;
}

function hasJoinedNames(value: LosslessJson): boolean {
  if (value.kind === 'array') return value.items.some(hasJoinedNames);
  if (value.kind !== 'object') return false;
  for (const [name, member] of value.members) if (name.includes('.') || hasJoinedNames(member)) return true;
  return false;
}

/** An object or list that was made here, and may be added to until the event is complete. */
interface OwnObject extends LosslessObject {
  readonly members: Map<string, LosslessJson>;
}
interface OwnArray extends LosslessArray {
  readonly items: LosslessJson[];
}

function nestedValue(value: LosslessJson, depth: number): LosslessJson {
  if (value.kind === 'array') return { ...value, items: value.items.map((item) => nestedValue(item, depth)) };
  return value.kind === 'object' ? nested(value, depth) : value;
}

function nested(object: LosslessObject, depth: number): OwnObject {
  const own: OwnObject = { ...object, members: new Map() };
  for (const [name, value] of object.members) {
    const path = stepsOf(name, depth);
    put(own, path, nestedValue(value, depth + path.length));
  }
  return own;
}

function stepsOf(name: string, depth: number): readonly string[] {
  const most = DEEPEST_FIELD - depth;
  const steps = most > 0 ? name.split('.', most + 1) : [];
  return steps.length > most || steps.length === 0 ? [name] : steps;
}

function put(object: OwnObject, path: readonly string[], value: LosslessJson): void {
  const last = path.length - 1;
  let parent = object;
  for (const name of path.slice(0, last)) parent = childOf(parent, name);
  const name = path[last] ?? '';
  const before = parent.members.get(name);
  parent.members.set(name, before ? together(before, value) : value);
}

function childOf({ members, start, end }: OwnObject, name: string): OwnObject {
  const before = members.get(name);
  if (before?.kind === 'object') return before as OwnObject;
  const child: OwnObject = { kind: 'object', members: new Map(), start, end };
  members.set(name, before ? together(before, child) : child);
  return child;
}

/** One field that is written in two ways holds what both say. */
function together(first: LosslessJson, second: LosslessJson): LosslessJson {
  if (first.kind === 'object' && second.kind === 'object') {
    for (const [name, value] of second.members) put(first as OwnObject, [name], value);
    return first;
  }
  const list: OwnArray =
    first.kind === 'array'
      ? (first as OwnArray)
      : { kind: 'array', items: [first], start: first.start, end: first.end };
  if (second.kind === 'array') for (const item of second.items) list.items.push(item);
  else list.items.push(second);
  return list;
}
