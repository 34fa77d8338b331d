// Whatever is written, an expression means what a second, simpler reading of it means: conditions as JavaScript, updates as
// changes of plain objects. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holds } from '../../connectors/dynamodb/expressions/condition/holds.ts';
import { project } from '../../connectors/dynamodb/expressions/projection/project.ts';
import { readExpressions } from '../../connectors/dynamodb/expressions/request.ts';
import { applyUpdate } from '../../connectors/dynamodb/expressions/update/apply-update.ts';
import { checkItem } from '../../connectors/dynamodb/values/check-value.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { AttributeValue } from '../../src/core/records/dynamodb-change.ts';
import { runSeed } from '../support/seed.ts';
import {
  ATTRIBUTES,
  type Attribute,
  attribute,
  condition,
  itemOf,
  type Numbers,
  numbers,
  placeholder,
} from './dynamodb-conditions.ts';

const seed = runSeed('dynamodb expressions');
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
    const read = readExpressions('PutItem', input);
    for (const item of items) expect(holds(read.condition, itemOf(item)), said.text).toBe(said.means(item));
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
      { maxDepth: 3 },
      fc.string({ maxLength: 3 }).map((S) => ({ S })),
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
  fc.assert(property, { seed, numRuns: 60 });
});

test('what is no expression is refused, and nothing worse', () => {
  const pieces = fc.constantFrom(
    ...['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'size', 'contains', 'list_append'],
    ...['a', '#n', ':v0', ':v1', '0', '=', '<', '<>', '(', ')', '[', ']', ',', '.', '+', '-', '!', '"'],
  );
  const parameters = fc.constantFrom(
    ...(['ConditionExpression', 'UpdateExpression', 'ProjectionExpression', 'KeyConditionExpression'] as const),
  );
  const property = fc.property(parameters, fc.array(pieces, { minLength: 1, maxLength: 12 }), (parameter, words) => {
    const operations = { ConditionExpression: 'PutItem', UpdateExpression: 'UpdateItem' } as const;
    const operation = parameter in operations ? operations[parameter as keyof typeof operations] : 'Query';
    const text = words.join(' ');
    const input = { KeyConditionExpression: 'a = :v0', [parameter]: text };
    try {
      const names = { ExpressionAttributeNames: { '#n': 'n' } };
      readExpressions(operation, {
        ...input,
        ...names,
        ExpressionAttributeValues: { ':v0': { S: 'x' }, ':v1': { N: '1' } },
      });
    } catch (error) {
      expect(error, text).toBeInstanceOf(ServiceError);
    }
  });
  fc.assert(property, { seed, numRuns: 2000 });
});
