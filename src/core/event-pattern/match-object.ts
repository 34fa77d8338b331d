import type { LosslessArray, LosslessJson } from '../json/lossless-json.ts';
import type { FieldPattern, ObjectPattern } from './compiler.ts';

/** All fields must hold of one object: of an array, one element must satisfy them together. */
export function matchesObject(pattern: ObjectPattern, value: LosslessJson | undefined): boolean {
  if (value?.kind === 'array' && value.items.length > 0) {
    return absentThroughout(pattern, value) && value.items.some((item) => matchesObject(pattern, item));
  }
  const members = value?.kind === 'object' ? value.members : undefined;
  return pattern.fields.every(({ name, pattern: field }) => matchesField(field, members?.get(name)));
}

/**
 * AWS's engine tries fields in the order of their names. Until one of them has settled which element of an array it
 * looks at, `{"exists": false}` means that no element has the field.
 */
function absentThroughout(pattern: ObjectPattern, array: LosslessArray): boolean {
  for (const { name, pattern: field } of pattern.fields) {
    if (field.kind === 'fields' || !field.absent) return true;
    const present = array.items.filter((item) => item.kind === 'object' && hasLeaf(item.members.get(name)));
    if (present.length > 0 && field.tests.length === 0) return false;
  }
  return true;
}

function matchesField(pattern: FieldPattern, value: LosslessJson | undefined): boolean {
  if (pattern.kind === 'fields') return matchesObject(pattern, value);
  return hasLeaf(value) ? matchesSome(pattern.tests, value) : pattern.absent;
}

/** Whether the value is, or somewhere holds in arrays only, something that is no object. */
function hasLeaf(value: LosslessJson | undefined): value is LosslessJson {
  if (value === undefined || value.kind === 'object') return false;
  return value.kind !== 'array' || value.items.some(hasLeaf);
}

function matchesSome(tests: readonly ((leaf: LosslessJson) => boolean)[], value: LosslessJson): boolean {
  if (value.kind === 'array') return value.items.some((item) => matchesSome(tests, item));
  return value.kind !== 'object' && tests.some((test) => test(value));
}
