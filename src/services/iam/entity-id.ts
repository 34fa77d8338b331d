import type { Random } from '../../core/random.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A unique id as IAM gives it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes */
export const entityId = (random: Random, prefix: 'AROA' | 'ANPA'): string => prefix + random.text(17, ALPHABET);
