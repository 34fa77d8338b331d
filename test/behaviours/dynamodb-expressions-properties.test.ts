// Whatever is written, an expression means what a second, simpler reading of it means: conditions as JavaScript, updates as
// changes of plain objects. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holds } from '../../connectors/dynamodb/expressions/condition/holds.ts';
import { project } from '../../connectors/dynamodb/expressions/projection/project.ts';
import { readExpressions } from '../../connectors/dynamodb/expressions/request.ts';
import { applyUpdate } from '../../connectors/dynamodb/expressions/update/apply-update.ts';
import { checkItem } from '../../connectors/dynamodb/values/check-value.ts';
import type { AttributeMap, AttributeValue } from '../../src/core/dynamodb-change.ts';
import { runSeed } from '../support/seed.ts';

const seed = runSeed('dynamodb expressions');
const ATTRIBUTES = ['a', 'b', 'c', 'd'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

/** Items with small whole numbers only, some attributes missing. */
type Numbers = Partial<Record<Attribute, number>>;
const numbers: fc.Arbitrary<Numbers> = fc.record(
  Object.fromEntries(ATTRIBUTES.map((name) => [name, fc.integer({ min: -2, max: 2 })])),
  { requiredKeys: [] },
);
const itemOf = (plain: Numbers): AttributeMap =>
  Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { N: String(value) }]));

/** A condition as its text and as what it says of an item. */
interface Said {
  readonly text: string;
  /** Its outermost operator binds weaker than this. */
  readonly weight: 0 | 1 | 2 | 3;
  readonly means: (item: Numbers) => boolean;
}

const attribute = fc.constantFrom(...ATTRIBUTES);
const comparisons = {
  '=': (a: number, b: number) => a === b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
} as const;
const placeholder = (value: number) => `:v${value < 0 ? `m${-value}` : value}`;
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

const { condition } = fc.letrec<{ condition: Said }>((tie) => ({
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

/** The placeholders that occur in a text, with their values. */
function valuesIn(text: string): Record<string, AttributeValue> | undefined {
  const entries = [-2, -1, 0, 1, 2]
    .filter((value) => new RegExp(`${placeholder(value)}\\b`).test(text))
    .map((value) => [placeholder(value), { N: String(value) }] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

test('a condition holds exactly when what it says is so', () => {
  const property = fc.property(condition, fc.array(numbers, { minLength: 1, maxLength: 5 }), (said, items) => {
    fc.pre(said.text.length < 4096);
    const input = { ConditionExpression: said.text, ExpressionAttributeValues: valuesIn(said.text) };
    const { condition } = readExpressions('PutItem', input);
    for (const item of items) expect(holds(condition, itemOf(item)), said.text).toBe(said.means(item));
  });
  fc.assert(property, { seed, numRuns: 300 });
});

/** One assignment or removal, as its text and as what it does to a plain item. */
interface Change {
  readonly target: Attribute;
  readonly section: 'SET' | 'REMOVE' | 'ADD';
  readonly text: string;
  readonly becomes: (before: Numbers) => number | undefined;
}

const small = fc.integer({ min: -2, max: 2 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(attribute, small).map(([target, value]) => ({
    target,
    section: 'SET' as const,
    text: `${target} = ${placeholder(value)}`,
    becomes: () => value,
  })),
  fc.tuple(attribute, attribute, small).map(([target, from, value]) => ({
    target,
    section: 'SET' as const,
    text: `${target} = if_not_exists(${from}, ${placeholder(value)}) - ${placeholder(value)}`,
    becomes: (before: Numbers) => (before[from] ?? value) - value,
  })),
  fc.tuple(attribute, small).map(([target, value]) => ({
    target,
    section: 'ADD' as const,
    text: `${target} ${placeholder(value)}`,
    becomes: (before: Numbers) => (before[target] ?? 0) + value,
  })),
  attribute.map((target) => ({ target, section: 'REMOVE' as const, text: target, becomes: () => undefined })),
);

test('an update does all its changes to the item as it was', () => {
  const changes = fc.uniqueArray(change, { selector: ({ target }) => target, minLength: 1, maxLength: 4 });
  const property = fc.property(changes, numbers, (wanted, before) => {
    const clauses = (['SET', 'REMOVE', 'ADD'] as const).flatMap((section) => {
      const texts = wanted.filter((each) => each.section === section).map(({ text }) => text);
      return texts.length > 0 ? [`${section} ${texts.join(', ')}`] : [];
    });
    const text = clauses.join(' ');
    const { update } = readExpressions('UpdateItem', {
      UpdateExpression: text,
      ExpressionAttributeValues: valuesIn(text),
    });
    const after: Numbers = { ...before };
    for (const { target, becomes } of wanted) {
      const value = becomes(before);
      if (value === undefined) delete after[target];
      else after[target] = value;
    }
    expect(update && applyUpdate(update, itemOf(before)), text).toEqual(itemOf(after));
  });
  fc.assert(property, { seed, numRuns: 300 });
});

test('a list keeps what is not removed, in its order, with what is set beyond it at its end', () => {
  const property = fc.property(
    fc.array(fc.integer(), { maxLength: 6 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
    fc.func(fc.boolean()),
    (list, places, isRemoved) => {
      const removed = places.filter((place) => isRemoved(place));
      const set = places.filter((place) => !isRemoved(place));
      const clauses = [
        ...(set.length > 0 ? [`SET ${set.map((place) => `l[${place}] = :new`).join(', ')}`] : []),
        ...(removed.length > 0 ? [`REMOVE ${removed.map((place) => `l[${place}]`).join(', ')}`] : []),
      ];
      const { update } = readExpressions('UpdateItem', {
        UpdateExpression: clauses.join(' '),
        ExpressionAttributeValues: set.length > 0 ? { ':new': { S: 'new' } } : undefined,
      });
      const item = checkItem({ l: { L: list.map((n) => ({ N: String(n) })) } });
      const kept: AttributeValue[] = list.map((n, place) => (set.includes(place) ? { S: 'new' } : { N: String(n) }));
      const expected = [
        ...kept.filter((_, place) => !removed.includes(place)),
        ...set.filter((place) => place >= list.length).map(() => ({ S: 'new' })),
      ];
      expect(update && applyUpdate(update, item)).toEqual(checkItem({ l: { L: expected } }));
    },
  );
  fc.assert(property, { seed, numRuns: 200 });
});

test('a projection of all attributes is the item, and projecting twice changes nothing', () => {
  const value = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string().map((S) => ({ S })),
      fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
      fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), tie('value')).map((M) => ({ M })),
    ),
  })).value;
  const item = fc.dictionary(attribute, value);
  const path = fc
    .tuple(attribute, fc.constantFrom('', '.x', '[0]', '[1].y', '.x[0]'))
    .map(([head, rest]) => head + rest);
  const paths = fc.uniqueArray(path, { selector: (text) => text[0], minLength: 1, maxLength: 4 });
  const property = fc.property(item, paths, (input, texts) => {
    const whole = checkItem(input);
    expect(
      project(
        ATTRIBUTES.map((name) => [name] as const),
        whole,
      ),
    ).toEqual(whole);
    const { projection = [] } = readExpressions('GetItem', { ProjectionExpression: texts.join(', ') });
    const flat = projection.filter((steps) => !steps.includes(1));
    const once = project(flat, whole);
    expect(project(flat, once)).toEqual(once);
  });
  fc.assert(property, { seed, numRuns: 200 });
});
