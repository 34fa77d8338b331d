// What is put into a table can be read back, changed and deleted, each as one.
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
import { describe, expect, test } from 'vitest';
import { startDynamodb } from './dynamodb-fixture.ts';

const ALICE = { id: { S: 'alice' }, age: { N: '7' } };

describe('an item', () => {
  test('is read back as it was put, with its numbers in canonical form', async () => {
    const { put, get } = await startDynamodb().table('people');
    expect(await put({ ...ALICE, age: { N: '07.0' } })).toEqual({});
    expect(await get({ id: { S: 'alice' } })).toEqual(ALICE);
    expect(await get({ id: { S: 'bob' } })).toBeUndefined();
  });

  test('is replaced by another put', async () => {
    const { put, get } = await startDynamodb().table('people');
    await put(ALICE);
    const answer = await put({ id: { S: 'alice' }, town: { S: 'Oz' } }, { ReturnValues: 'ALL_OLD' });
    expect(answer).toEqual({ Attributes: ALICE });
    expect(await get({ id: { S: 'alice' } })).toEqual({ id: { S: 'alice' }, town: { S: 'Oz' } });
  });

  test('is deleted, and that there is none is no error', async () => {
    const { put, get, remove } = await startDynamodb().table('people');
    await put(ALICE);
    expect(await remove({ id: { S: 'alice' } }, { ReturnValues: 'ALL_OLD' })).toEqual({ Attributes: ALICE });
    expect(await remove({ id: { S: 'alice' } }, { ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(await get({ id: { S: 'alice' } })).toBeUndefined();
  });
});
