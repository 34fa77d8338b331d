import type { LosslessJson } from '../lossless-json.ts';
import { addressDigits } from './cidr.ts';

/** By what a member of a pattern's list can be looked up: leaves that satisfy it have this key, or a text that begins so. */
export type LeafKey =
  | { readonly kind: 'exact'; readonly key: string }
  | { readonly kind: 'prefix'; readonly text: string };

/** The key of a leaf that a pattern may ask for exactly; the same for numbers that are equal. */
export function keyOfLeaf(leaf: LosslessJson): string {
  switch (leaf.kind) {
    case 'string':
      return `"${leaf.value}`;
    case 'number':
      return String(leaf.value);
    default:
      return leaf.kind === 'boolean' ? String(leaf.value) : 'null';
  }
}

/** How to look up one member of a pattern's list; `undefined` when it has to be tried. */
export function keyOfMember(member: LosslessJson): LeafKey | undefined {
  if (member.kind === 'array') return undefined;
  if (member.kind !== 'object') {
    // An address is written in several ways.
    if (member.kind === 'string' && addressDigits(member.value) !== undefined) return undefined;
    return { kind: 'exact', key: keyOfLeaf(member) };
  }
  const prefix = member.members.get('prefix');
  return prefix?.kind === 'string' ? { kind: 'prefix', text: prefix.value } : undefined;
}
