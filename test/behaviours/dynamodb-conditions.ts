// Conditions made at random, each with what it says of an item in JavaScript.
import fc from 'fast-check';
import type { AttributeMap } from '../../src/core/records/dynamodb-change.ts';

export const ATTRIBUTES = ['a', 'b', 'c', 'd'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Items with small whole numbers only, some attributes missing. */
export type Numbers = Partial<Record<Attribute, number>>;
export const numbers: fc.Arbitrary<Numbers> = fc.record(
  Object.fromEntries(ATTRIBUTES.map((name) => [name, fc.integer({ min: -2, max: 2 })])),
  { requiredKeys: [] },
);
export const itemOf = (plain: Numbers): AttributeMap =>
  Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { N: String(value) }]));

/** A condition as its text and as what it says of an item. */
export interface Said {
  readonly text: string;
  /** Its outermost operator binds weaker than this. */
  readonly weight: 0 | 1 | 2 | 3;
  readonly means: (item: Numbers) => boolean;
}

export const attribute = fc.constantFrom(...ATTRIBUTES);
const comparisons = {
  '=': (a: number, b: number) => a === b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
} as const;
export const placeholder = (value: number) => `:v${value < 0 ? `m${-value}` : value}`;
const inParentheses = ({ text, weight }: Said, min: number) => (weight < min ? `(${text})` : text);

const simple: fc.Arbitrary<Said> = fc.oneof(
  fc
    .tuple(
      attribute,
      fc.constantFrom(...(Object.keys(comparisons) as (keyof typeof comparisons)[])),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([name, operator, value]) => ({
      text: `${name} ${operator} ${placeholder(value)}`,
      weight: 3 as const,
      means: (item: Numbers) => {
        const actual = item[name];
        return actual !== undefined && comparisons[operator](actual, value);
      },
    })),
  fc.tuple(attribute, fc.integer({ min: -2, max: 0 }), fc.integer({ min: 0, max: 2 })).map(([name, lower, upper]) => ({
    text: `${name} between ${placeholder(lower)} and ${placeholder(upper)}`,
    weight: 3 as const,
    means: (item: Numbers) => {
      const actual = item[name];
      return actual !== undefined && lower <= actual && actual <= upper;
    },
  })),
  fc.tuple(attribute, fc.boolean()).map(([name, exists]) => ({
    text: `attribute_${exists ? '' : 'not_'}exists(${name})`,
    weight: 3 as const,
    means: (item: Numbers) => (item[name] !== undefined) === exists,
  })),
);

export const { condition } = fc.letrec<{ condition: Said }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple,
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => ({
      text: `${inParentheses(left, 1)} AND ${inParentheses(right, 2)}`,
      weight: 1 as const,
      means: (item: Numbers) => left.means(item) && right.means(item),
    })),
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => ({
      text: `${left.text} OR ${inParentheses(right, 1)}`,
      weight: 0 as const,
      means: (item: Numbers) => left.means(item) || right.means(item),
    })),
    tie('condition').map((inner) => ({
      text: `NOT ${inParentheses(inner, 2)}`,
      weight: 2 as const,
      means: (item: Numbers) => !inner.means(item),
    })),
  ),
}));
