import { describe, expect, test } from 'vitest';
import { compare } from './match.ts';

const differs = (recorded: Parameters<typeof compare>[0], actual: Parameters<typeof compare>[1]) =>
  compare(recorded, actual, new Map()).differences.map(({ path }) => path);

describe('comparing with a recording', () => {
  test('a placeholder stands for any value, the same one for the same', () => {
    expect(differs({ A: '<uuid:1>', B: '<uuid:1>' }, { A: 'x', B: 'x' })).toEqual([]);
    expect(differs({ A: '<uuid:1>', B: '<uuid:1>' }, { A: 'x', B: 'y' })).toEqual(['.B']);
    expect(differs({ A: '<size>', B: '<size>' }, { A: 1, B: 2 })).toEqual([]);
  });

  test('a placeholder inside a text leaves the rest to be equal', () => {
    const arn = 'arn:<partition>:sqs:<region>:111111111111:<resource:1>';
    expect(
      differs({ Arn: arn, Name: '<resource:1>' }, { Arn: 'arn:aws:sqs:us-east-1:111111111111:q', Name: 'q' }),
    ).toEqual([]);
    expect(differs({ Arn: arn }, { Arn: 'arn:aws:sqs:eu-west-1:111111111111:q' })).toEqual(['.Arn']);
  });

  test('what one call bound holds for the next', () => {
    const { bindings } = compare({ Id: '<uuid:1>' }, { Id: 'x' }, new Map());
    expect(compare({ Id: '<uuid:1>' }, { Id: 'y' }, bindings).differences).toHaveLength(1);
  });

  test('a key that AWS gave must be there, and no other', () => {
    expect(differs({ A: 1 }, {})).toEqual(['.A']);
    expect(differs({}, { A: 1 })).toEqual(['.A']);
  });

  test('a member named by its key in kebab case may hold anything, but must be there', () => {
    expect(differs({ SenderId: 'sender-id' }, { SenderId: '111111111111' })).toEqual([]);
    expect(differs({ SenderId: 'sender-id' }, {})).toEqual(['.SenderId']);
  });

  test('documents in strings are compared as documents', () => {
    expect(differs({ Body: { a: 1, b: 2 } }, { Body: '{"b":2,"a":1}' })).toEqual([]);
    expect(differs({ Body: { a: 1 } }, { Body: '{"a":2}' })).toEqual(['.Body.a']);
  });

  test('order counts, except where AWS promises none', () => {
    expect(
      differs({ Messages: [{ Body: '1' }, { Body: '2' }] }, { Messages: [{ Body: '2' }, { Body: '1' }] }),
    ).not.toEqual([]);
    expect(differs({ Deleted: [{ Key: '1' }, { Key: '2' }] }, { Deleted: [{ Key: '2' }, { Key: '1' }] })).toEqual([]);
  });
});
