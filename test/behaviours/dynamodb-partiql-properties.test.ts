// Whatever is written, a statement means what it says: its conditions are those of JavaScript, its literals the values they
// were made of. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holds } from '../../connectors/dynamodb/expressions/condition/holds.ts';
import { parseStatement } from '../../connectors/dynamodb/partiql/parse-statement.ts';
import { checkItem } from '../../connectors/dynamodb/values/check-value.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { AttributeMap, AttributeValue } from '../../src/core/records/dynamodb-change.ts';
import { runSeed } from '../support/seed.ts';
import { condition, itemOf, numbers } from './dynamodb-conditions.ts';

const seed = runSeed('dynamodb partiql');

test('a WHERE lets through exactly what it says', () => {
  const property = fc.property(condition, fc.array(numbers, { minLength: 1, maxLength: 5 }), (said, items) => {
    const where = said.text.replace(/:v(m?)(\d)/g, (_, minus: string, digit: string) => (minus ? '-' : '') + digit);
    const statement = parseStatement(`SELECT * FROM t WHERE ${where}`, undefined);
    if (statement.kind !== 'select') throw new Error('It is a SELECT.');
    for (const item of items) expect(holds(statement.where, itemOf(item)), where).toBe(said.means(item));
  });
  fc.assert(property, { seed, numRuns: 300 });
});

const number = fc.tuple(fc.integer(), fc.integer({ min: -20, max: 20 })).map(([n, e]) => `${n}e${e}`);
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string().map((S) => ({ S })),
    number.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uint8Array().map((B) => ({ B })),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));

/** Writes a value as a literal; binaries, which have none, as parameters. */
function written(each: AttributeValue, parameters: AttributeValue[]): string {
  const text = (string: string) => `'${string.replaceAll("'", "''")}'`;
  if ('S' in each) return text(each.S);
  if ('N' in each) return each.N;
  if ('BOOL' in each) return String(each.BOOL);
  if ('NULL' in each) return 'null';
  if ('SS' in each) return `<<${each.SS.map(text).join(', ')}>>`;
  if ('L' in each) return `[${each.L.map((element) => written(element, parameters)).join(', ')}]`;
  if ('M' in each) return writtenMap(each.M, parameters);
  parameters.push(each);
  return '?';
}

function writtenMap(map: AttributeMap, parameters: AttributeValue[]): string {
  const members = Object.entries(map).map(
    ([name, each]) => `'${name.replaceAll("'", "''")}': ${written(each, parameters)}`,
  );
  return `{${members.join(', ')}}`;
}

test('an INSERT puts the values that its literals and parameters were made of', () => {
  const property = fc.property(fc.dictionary(fc.string(), value, { maxKeys: 4 }), (item) => {
    const parameters: AttributeValue[] = [];
    const text = writtenMap(item, parameters);
    expect(parseStatement(`INSERT INTO t VALUE ${text}`, parameters), text).toEqual({
      kind: 'insert',
      table: 't',
      item: checkItem(item),
    });
  });
  fc.assert(property, { seed, numRuns: 300 });
});

test('what is no statement is refused, and nothing worse', () => {
  const pieces = fc.constantFrom(
    ...['SELECT', 'FROM', 'WHERE', 'UPDATE', 'SET', 'REMOVE', 'DELETE', 'INSERT INTO', 'VALUE', 'EXISTS', 'a', '"b"'],
    ...[
      "'s'",
      '1',
      '=',
      '<',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '<<',
      '>>',
      ',',
      '.',
      '?',
      '*',
      '-',
      'AND',
      'NOT',
      'IN',
      'IS',
    ],
  );
  const property = fc.property(fc.array(pieces, { maxLength: 14 }), (words) => {
    try {
      parseStatement(words.join(' '), [{ S: 'x' }]);
    } catch (error) {
      expect(error).toBeInstanceOf(ServiceError);
    }
  });
  fc.assert(property, { seed, numRuns: 2000 });
});
