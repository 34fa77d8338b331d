import type { PatternDialect } from './refusal.ts';

/**
 * Numbers that the services compare, and how exactly; a number beyond is compared by its text only.
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html (±5.0e9, six digits after the point),
 * docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html (±10⁹, five digits)
 */
const COMPARED = {
  rule: { largest: 5e9, scale: 1e6, words: '-5.0E9 and 5.0E9' },
  sns: { largest: 1e9, scale: 1e5, words: '-1.0E9 and 1.0E9' },
  mapping: { largest: Number.POSITIVE_INFINITY, scale: undefined, words: '' },
} as const;

/** What a decimal fraction may be short of, as it is held in binary. */
const HAIR = 1e-9;

/** What stands for the number in comparisons: further digits are cut off. `undefined` when its value is not compared. */
export function comparedValue(value: number, dialect: PatternDialect): number | undefined {
  const { largest, scale } = COMPARED[dialect];
  if (Math.abs(value) > largest) return undefined;
  return scale === undefined ? value : Math.floor((value + HAIR) * scale);
}

/** The numbers between which values are compared, in the words of AWS's engine. */
export const boundsOf = (dialect: PatternDialect): string => COMPARED[dialect].words;

/** Equal for numbers that are equal in any dialect. */
export const wholePart = (value: number): number => Math.floor(value + HAIR);
