// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
// https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
import { describe, expect, test } from 'vitest';
import { refusalOf, startSns } from './sns-fixture.ts';

interface Attribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

const string = (StringValue: string): Attribute => ({ DataType: 'String', StringValue });
const number = (StringValue: string): Attribute => ({ DataType: 'Number', StringValue });
const list = (value: readonly unknown[]): Attribute => ({
  DataType: 'String.Array',
  StringValue: JSON.stringify(value),
});

/** Whether a message with these attributes goes to a subscription with that policy. */
async function passes(policy: object, MessageAttributes: Readonly<Record<string, Attribute>>): Promise<boolean> {
  const { topic } = startSns();
  const orders = await topic('orders');
  const queue = await orders.queue('work', { FilterPolicy: JSON.stringify(policy) });
  await orders.publish('paid', { MessageAttributes });
  return (await queue.bodies()).length === 1;
}

describe('on attributes', () => {
  const cases: readonly (readonly [string, object, Readonly<Record<string, Attribute>>, boolean])[] = [
    ['takes a string by its text', { store: ['a'] }, { store: string('a') }, true],
    ['and no other', { store: ['a'] }, { store: string('b') }, false],
    ['needs all keys', { store: ['a'], kind: ['x'] }, { store: string('a') }, false],
    ['needs one value of a key', { store: ['b', 'a'] }, { store: string('a') }, true],
    ['takes a number by its value', { price: [9.5] }, { price: number('9.50') }, true],
    ['takes no text for a number', { price: [9] }, { price: string('9') }, false],
    ['takes no number for text', { price: ['9'] }, { price: number('9') }, false],
    ['compares numbers', { price: [{ numeric: ['>', 0, '<=', 100] }] }, { price: number('100') }, true],
    ['takes one member of a list', { stores: ['b'] }, { stores: list(['a', 'b']) }, true],
    ['takes a number in a list', { stores: [{ numeric: ['=', 2] }] }, { stores: list(['a', 2]) }, true],
    ['takes null and booleans in a list', { stores: [null, true] }, { stores: list([true]) }, true],
    [
      'takes a list with something else in it',
      { stores: [{ 'anything-but': ['a'] }] },
      { stores: list(['a', 'b']) },
      true,
    ],
    ['takes no list of only these', { stores: [{ 'anything-but': ['a'] }] }, { stores: list(['a']) }, false],
    ['sees that an attribute is there', { store: [{ exists: true }] }, { store: string('a') }, true],
    ['sees that an attribute is not there', { store: [{ exists: false }] }, {}, true],
    ['looks at no bytes', { store: ['a'] }, { store: { DataType: 'Binary', BinaryValue: Buffer.from('a') } }, false],
    ['takes a prefix', { store: [{ prefix: 'eu-' }] }, { store: string('eu-1') }, true],
    ['takes a suffix', { store: [{ suffix: '-1' }] }, { store: string('eu-1') }, true],
    ['takes text in any case', { store: [{ 'equals-ignore-case': 'EU' }] }, { store: string('eu') }, true],
    ['takes an address', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: string('10.0.0.7') }, true],
    ['takes alternatives', { $or: [{ a: ['1'] }, { b: ['1'] }] }, { b: string('1') }, true],
  ];
  for (const [promise, policy, attributes, expected] of cases) {
    test(promise, async () => {
      expect(await passes(policy, attributes)).toBe(expected);
    });
  }
});

describe('on the body', () => {
  const bodies = async (policy: object, ...messages: readonly string[]) => {
    const { topic, measured } = startSns();
    const orders = await topic('orders');
    const FilterPolicy = JSON.stringify(policy);
    const attributes = { FilterPolicyScope: 'MessageBody', FilterPolicy, RawMessageDelivery: 'true' };
    const queue = await orders.queue('work', attributes);
    for (const message of messages) await orders.publish(message);
    return { bodies: await queue.bodies(), counted: measured.map(({ name }) => name) };
  };

  test('looks into nested members and lists', async () => {
    const nested = '{"object":{"key":"auto-1"}}';
    const listed = '{"object":[{"key":"other"},{"key":"auto-2"}]}';
    const policy = { object: { key: [{ prefix: 'auto-' }] } };
    expect((await bodies(policy, nested, '{"object":{"key":"x"}}', listed)).bodies).toEqual([nested, listed]);
  });

  test('takes no body that is no JSON object', async () => {
    const { bodies: got, counted } = await bodies({ a: [{ exists: false }] }, 'text', '["a"]', '{"b":1}');
    expect(got).toEqual(['{"b":1}']);
    expect(counted.filter((name) => name.endsWith('InvalidMessageBody'))).toHaveLength(2);
  });
});

describe('refuses', () => {
  const subscribing = async (FilterPolicy: string, FilterPolicyScope = 'MessageAttributes') => {
    const { topic } = startSns();
    const orders = await topic('orders');
    return (await refusalOf(orders.subscribe('sms', '+1234567890', { FilterPolicyScope, FilterPolicy }))).message;
  };
  const setting = async (AttributeValue: string) => {
    const { topic, call } = startSns();
    const orders = await topic('orders');
    const { SubscriptionArn } = await orders.queue('work');
    const input = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue };
    return (await refusalOf(call('SetSubscriptionAttributes', input))).message;
  };

  test('what is no JSON', async () => {
    expect(await setting('{invalidjson}')).toBe(
      "Invalid parameter: FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
    );
  });

  test('what AWS’s matcher does not know, with the place in the text without its spaces', async () => {
    expect(await subscribing('{"key": [{"suffix": 100}]}')).toBe(
      'Invalid parameter: Attributes Reason: FilterPolicy: suffix match pattern must be a string\n at [Source: (String)"{"key":[{"suffix":100}]}"; line: 1, column: 22]',
    );
    expect(await setting('{"key_a": "value_one"}')).toBe(
      'Invalid parameter: FilterPolicy: "key_a" must be an object or an array\n at [Source: (String)"{"key_a":"value_one"}"; line: 1, column: 11]',
    );
  });

  test('nested members where attributes are looked at', async () => {
    expect(await setting('{"object":{"key":["a"]}}')).toBe(
      'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
    );
  });

  test('more than five keys', async () => {
    const policy = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [key, ['x']]));
    expect(await setting(JSON.stringify(policy))).toBe(
      'Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys',
    );
  });

  test('more than 150 combinations, lists counted as often as they are deep', async () => {
    const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
    const policy = (last: number) =>
      JSON.stringify({ a: { b: { c: values(4) } }, d: { e: values(3) }, f: values(last) });
    expect(await subscribing(policy(3), 'MessageBody')).toBe(
      'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex',
    );
    const { topic } = startSns();
    const orders = await topic('orders');
    const attributes = { FilterPolicyScope: 'MessageBody', FilterPolicy: policy(2) };
    expect(await orders.subscribe('sms', '+1234567890', attributes)).toMatch(/^arn:/);
  });

  test('what is nested more deeply than anything could be complex', async () => {
    const deep = `${'{"a":'.repeat(30_000)}["x"]${'}'.repeat(30_000)}`;
    expect(await subscribing(deep, 'MessageBody')).toBe(
      'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex',
    );
  });

  test('another scope than there are', async () => {
    expect(await subscribing('{}', 'RandomValue')).toBe(
      'Invalid parameter: Attributes Reason: FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes',
    );
  });
});

test('changes at once what a subscription lets through', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders');
  const { SubscriptionArn, texts } = await orders.queue('work', { FilterPolicy: '{"kind":["a"]}' });
  const kind = (StringValue: string) => ({ MessageAttributes: { kind: string(StringValue) } });
  await orders.publish('first', kind('b'));
  const change = { SubscriptionArn, AttributeName: 'FilterPolicy' };
  await call('SetSubscriptionAttributes', { ...change, AttributeValue: '{"kind":["b"]}' });
  await orders.publish('second', kind('b'));
  await call('SetSubscriptionAttributes', { ...change, AttributeValue: '' });
  await orders.publish('third', kind('c'));
  expect(await texts()).toEqual(['second', 'third']);
});

// https://docs.aws.amazon.com/sns/latest/dg/message-filtering-policy-remove.html
test('takes an empty policy for none', async () => {
  const { topic, call } = startSns();
  const orders = await topic('orders');
  const { SubscriptionArn, texts } = await orders.queue('work', { FilterPolicy: '{"kind":["a"]}' });
  await call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{ }' });
  await orders.publish('paid');
  expect(await texts()).toEqual(['paid']);
  expect((await call('GetSubscriptionAttributes', { SubscriptionArn })).Attributes).not.toHaveProperty('FilterPolicy');
});

test('reads bodies that are nested very deeply', async () => {
  const { topic } = startSns();
  const orders = await topic('orders');
  const { texts } = await orders.queue('work', { FilterPolicyScope: 'MessageBody', FilterPolicy: '{"a":["x"]}' });
  await orders.publish('['.repeat(200_000));
  await orders.publish(`{"b":${'{"a":'.repeat(40_000)}"x"${'}'.repeat(40_000)},"a":"x"}`);
  await orders.publish('{"a":"x"}');
  expect(await texts()).toContain('{"a":"x"}');
});
