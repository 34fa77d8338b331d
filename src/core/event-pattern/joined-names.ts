import type { LosslessArray, LosslessJson, LosslessObject } from '../json/lossless-json.ts';

const resolved = new WeakMap<LosslessObject, LosslessObject>();

/**
 * The event with members such as `"a.b"` as `b` within `a`: AWS's engine knows fields by their names joined with dots.
 * An event without such names is returned as it is; the answer is kept while the event is.
 */
export function withoutJoinedNames(event: LosslessJson): LosslessJson {
  if (event.kind !== 'object') return event;
  const known = resolved.get(event);
  if (known) return known;
  const plain = hasJoinedNames(event) ? nested(event) : event;
  resolved.set(event, plain);
  return plain;
}

function hasJoinedNames(value: LosslessJson): boolean {
  if (value.kind === 'array') return value.items.some(hasJoinedNames);
  if (value.kind !== 'object') return false;
  for (const [name, member] of value.members) if (name.includes('.') || hasJoinedNames(member)) return true;
  return false;
}

function nestedValue(value: LosslessJson): LosslessJson {
  if (value.kind === 'array') return { ...value, items: value.items.map(nestedValue) };
  return value.kind === 'object' ? nested(value) : value;
}

function nested(object: LosslessObject): LosslessObject {
  const members = new Map<string, LosslessJson>();
  for (const [name, value] of object.members) put(members, name.split('.'), nestedValue(value), object);
  return { ...object, members };
}

function put(
  members: Map<string, LosslessJson>,
  [name = '', ...rest]: readonly string[],
  value: LosslessJson,
  place: LosslessObject,
): void {
  const within = rest.length === 0 ? value : objectOf(rest, value, place);
  const before = members.get(name);
  members.set(name, before ? together(before, within) : within);
}

function objectOf(path: readonly string[], value: LosslessJson, place: LosslessObject): LosslessObject {
  const members = new Map<string, LosslessJson>();
  put(members, path, value, place);
  return { ...place, members };
}

/** One field that is written in two ways holds what both say. */
function together(first: LosslessJson, second: LosslessJson): LosslessJson {
  if (first.kind !== 'object' || second.kind !== 'object') return listOf(first, second);
  const members = new Map(first.members);
  for (const [name, value] of second.members) put(members, [name], value, first);
  return { ...first, members };
}

function listOf(first: LosslessJson, second: LosslessJson): LosslessArray {
  const items = [first, second].flatMap((value) => (value.kind === 'array' ? value.items : [value]));
  return { kind: 'array', items, start: first.start, end: first.end };
}
