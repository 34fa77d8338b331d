// Lists come in pages; who asks for the next one may have removed what the last one showed.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html
import { expect, test } from 'vitest';
import { pageBehind } from '../../src/core/listing/page-behind.ts';
import { tokenPage } from '../../src/core/listing/token-page.ts';

const itself = (key: string) => key;
const refusal = () => new Error('no token of this list');

test('hands out each item once, also when every page is removed before the next is asked for', () => {
  const left = ['a', 'b', 'c', 'd', 'e'];
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const page = tokenPage(left, itself, { list: 'letters', token, limit: 2, refusal });
    seen.push(...page.items);
    left.splice(0, page.items.length);
    token = page.next;
  } while (token !== undefined);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('shows what was added behind the last key, and what was added before it no more', () => {
  expect(pageBehind(['a', 'aa', 'b', 'bb'], itself, { behind: 'b', limit: 5 })).toEqual({ items: ['bb'] });
});

test('goes backwards through what is in reverse order', () => {
  const letters = ['c', 'b', 'a'];
  const first = pageBehind(letters, itself, { behind: undefined, limit: 1, descending: true });
  expect(first).toEqual({ items: ['c'], more: 'c' });
  expect(pageBehind(letters, itself, { behind: 'c', limit: 2, descending: true })).toEqual({ items: ['b', 'a'] });
});

test('ends without a token where the last page is full', () => {
  expect(tokenPage(['a', 'b'], itself, { list: 'letters', token: undefined, limit: 2, refusal })).toEqual({
    items: ['a', 'b'],
  });
});

test.each([
  '',
  'Mg',
  '100',
  'null',
  Buffer.from('{}').toString('base64'),
  Buffer.from('["numbers","a"]').toString('base64'),
])('refuses %j, which is no token of the list', (token) => {
  expect(() => tokenPage(['a'], itself, { list: 'letters', token, limit: 2, refusal })).toThrow(refusal());
});
