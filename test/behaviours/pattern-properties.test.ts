// Whatever pattern and event: the matcher says what a second, simpler reading of the language says, and an index of
// patterns finds those that match one by one.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEventPattern } from '../../src/core/event-pattern/event-pattern.ts';
import { createPatternIndex } from '../../src/core/event-pattern/index/pattern-index.ts';
import { toLosslessJson } from '../../src/core/json/lossless-json.ts';
import { runSeed } from '../support/seed.ts';
import { type Json, modelMatches } from './pattern-model.ts';

const seed = runSeed('event patterns');
const text = fc.constantFrom('', 'a', 'b', 'ab', 'Ab', 'aab', 'ba');
const number = fc.constantFrom(-1, -0.5, 0, 0.5, 1, 2, 300);
const leaf = fc.oneof(text, text, number, fc.constantFrom(true, false, null));
const name = fc.constantFrom('k', 'l', 'm', 'n');

const someText = text.filter((value) => value !== '');
const wildcard = fc.constantFrom('*', 'a*', '*b', 'a*b', '*a*', 'b');
const numeric = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number),
  fc.constantFrom(['>', 0, '<=', 5], ['>=', -1, '<', 0.5]),
);
const operator: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ prefix: text }),
  fc.record({ suffix: text }),
  fc.record({ prefix: fc.record({ 'equals-ignore-case': text }) }),
  fc.record({ 'equals-ignore-case': text }),
  fc.record({ wildcard }),
  fc.record({ numeric }),
  fc.record({ 'anything-but': fc.oneof(text, number, fc.array(text, { minLength: 1, maxLength: 3 })) }),
  fc.record({
    'anything-but': fc.record({ prefix: fc.oneof(someText, fc.array(someText, { minLength: 1, maxLength: 2 })) }),
  }),
  fc.record({ 'anything-but': fc.record({ wildcard }) }),
  fc.constant({ exists: true }),
);
const members = fc.array(fc.oneof(leaf, leaf, operator), { minLength: 1, maxLength: 3 });

/** Objects with few fields; some say several things of one field by `$or`. */
function pattern(depth: number): fc.Arbitrary<Json> {
  const field = depth === 0 ? members : fc.oneof(members, pattern(depth - 1));
  const fields = fc.dictionary(name, field, { minKeys: 1, maxKeys: 3 });
  if (depth === 0) return fields;
  const choices = fc.array(pattern(depth - 1), { minLength: 2, maxLength: 3 });
  return fc.oneof({ weight: 4, arbitrary: fields }, { weight: 1, arbitrary: fc.record({ $or: choices, k: members }) });
}

function event(depth: number): fc.Arbitrary<Json> {
  const list = fc.array(leaf, { maxLength: 3 });
  const field =
    depth === 0
      ? fc.oneof(leaf, list)
      : fc.oneof(leaf, list, event(depth - 1), fc.array(event(depth - 1), { maxLength: 2 }));
  return fc.dictionary(name, field, { maxKeys: 4 });
}

/** An event that may well match: at each field what the first member of its list asks for. */
function likely(asked: Json, inLists: boolean): Json {
  if (typeof asked !== 'object' || asked === null) return asked;
  if (Array.isArray(asked)) return inLists ? ['z', leafFor(asked[0] as Json)] : leafFor(asked[0] as Json);
  const fields = Object.entries(asked).map(([field, value]) =>
    field === '$or' ? likely((value as readonly Json[])[0] ?? {}, inLists) : { [field]: likely(value, inLists) },
  );
  const event = Object.assign({}, ...fields) as Json;
  return inLists ? [{ k: 'z' }, event] : event;
}

function leafFor(member: Json): Json {
  if (typeof member !== 'object' || member === null) return member;
  const [operand] = Object.values(member) as readonly Json[];
  if (typeof operand === 'string') return operand.replaceAll('*', 'a');
  return Array.isArray(operand) ? ((operand[1] as Json) ?? null) : 'ab';
}

test('a pattern means what a simpler reading of it means', () => {
  const property = fc.property(pattern(2), fc.array(event(2), { minLength: 3, maxLength: 6 }), (asked, events) => {
    const compiled = parseEventPattern(JSON.stringify(asked), 'rule');
    const whole = { ...(likely(asked, false) as object) };
    const lists = (likely(asked, true) as readonly Json[])[1] ?? {};
    for (const one of [...events, whole, lists]) {
      expect(compiled.matches(toLosslessJson(one)), JSON.stringify([asked, one])).toBe(modelMatches(asked, one));
    }
  });
  fc.assert(property, { seed, numRuns: 300 });
});

test('an index finds exactly the patterns that match, in the order in which they were added', () => {
  const absent = fc.constantFrom<Json>({ k: [{ exists: false }] }, { l: { m: [{ exists: false }, 'a'] } });
  const patterns = fc.array(fc.oneof(pattern(1), absent), { minLength: 1, maxLength: 30 });
  const removed = fc.array(fc.nat(29), { maxLength: 10 });
  const property = fc.property(
    patterns,
    removed,
    fc.array(event(2), { minLength: 5, maxLength: 5 }),
    (asked, gone, events) => {
      const index = createPatternIndex<number>();
      const compiled = asked.map((one) => parseEventPattern(JSON.stringify(one), 'rule'));
      for (const [id, one] of compiled.entries()) index.add(String(id), one, id);
      for (const id of gone) index.remove(String(id));
      const left = [...compiled.keys()].filter((id) => !gone.includes(id));
      expect(index.size).toBe(left.length);
      for (const one of [...events, ...asked.map((each) => likely(each, false))].map(toLosslessJson)) {
        expect(index.match(one)).toEqual(left.filter((id) => compiled[id]?.matches(one)));
      }
    },
  );
  fc.assert(property, { seed, numRuns: 300 });
});

test('a pattern that is added again takes the place of the former', () => {
  const index = createPatternIndex<string>();
  index.add('rule', parseEventPattern('{"source":["a"]}', 'rule'), 'former');
  index.add('rule', parseEventPattern('{"source":["b"]}', 'rule'), 'latter');
  expect(index.match(toLosslessJson({ source: 'a' }))).toEqual([]);
  expect(index.match(toLosslessJson({ source: 'b' }))).toEqual(['latter']);
});
