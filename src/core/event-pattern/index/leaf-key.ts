import type { LosslessJson } from '../../json/lossless-json.ts';
import { wholePart } from '../compared-number.ts';
import { addressDigits } from '../operators/cidr.ts';

/**
 * By what a member of a pattern's list can be looked up: leaves that satisfy it are this text, begin with it, or are the
 * number or word of this name.
 */
export interface LeafKey {
  readonly kind: 'text' | 'prefix' | 'other';
  readonly name: string;
}

/** The name of a leaf that is no text; the same for numbers that are equal. */
export function otherName(leaf: LosslessJson): string {
  if (leaf.kind === 'number') return String(wholePart(leaf.value));
  return 'value' in leaf ? String(leaf.value) : '';
}

/** How to look up one member of a pattern's list; `undefined` when it has to be tried. */
export function keyOfMember(member: LosslessJson): LeafKey | undefined {
  switch (member.kind) {
    case 'array':
      return undefined;
    case 'object': {
      const prefix = member.members.get('prefix');
      return prefix?.kind === 'string' ? { kind: 'prefix', name: prefix.value } : undefined;
    }
    case 'string':
      // An address is written in several ways.
      return addressDigits(member.value) === undefined ? { kind: 'text', name: member.value } : undefined;
    default:
      return { kind: 'other', name: otherName(member) };
  }
}
