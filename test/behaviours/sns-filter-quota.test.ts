// How many filter policies there may be:
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
import { expect, test } from 'vitest';
import { type Subscription, subscriptionKey } from '../../connectors/sns/subscription/subscription.ts';
import { AWAY, awayLeases } from '../support/away-leases.ts';
import { functionArn, refusalOf, startSns } from './sns-fixture.ts';

const FilterPolicy = '{"kind":["order"]}';
const FULL = { code: 'FilterPolicyLimitExceeded', message: 'Filter policy limit exceeded' };

/** A topic, and a way to store many subscriptions of topics without asking for each. */
async function setUp() {
  const first = startSns();
  const orders = await first.topic('orders');
  const arn = await orders.subscribe('lambda', functionArn('first'), { FilterPolicy });
  const { registry } = first.ground;
  const [stored] = await registry.list<Subscription>('sns/subscriptions/');
  const fill = async (topic: string, count: number) => {
    const filled = Array.from({ length: count }, (_, n) => {
      const [id, endpoint] = [`filled-${n}`, functionArn(`filled-${n}`)];
      return { ...stored?.value, topic, id, endpoint, arn: `${orders.TopicArn}:${id}` } as Subscription;
    });
    await Promise.all(filled.map((each) => registry.put(subscriptionKey(each), each)));
  };
  return { ...first, orders, arn, fill };
}

test('takes 200 of a topic, also when they come at once to several processes', async () => {
  const { orders, arn, fill, call, ground } = await setUp();
  const other = startSns({ ground });
  await fill('orders', 197);
  const subscribe = (name: string) => orders.subscribe('lambda', functionArn(name), { FilterPolicy });
  const plain = await orders.subscribe('lambda', functionArn('plain'));
  const set = (AttributeValue: string, SubscriptionArn = plain) =>
    other.call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue });
  const answers = await Promise.allSettled([set(FilterPolicy), subscribe('a'), subscribe('b'), subscribe('c')]);
  const refused = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  expect(refused).toMatchObject(Array(2).fill({ ...FULL, options: { status: 403 } }));

  // What takes no more room is not refused.
  expect(await subscribe('first')).toBe(arn);
  await set('{"kind":["other"]}', arn);
  await orders.subscribe('lambda', functionArn('without'));
  await set('{}', arn);
  await call('Unsubscribe', { SubscriptionArn: await subscribe('d') });
  await set(FilterPolicy, arn);
  expect(await refusalOf(subscribe('e'))).toMatchObject(FULL);
});

test('takes 10,000 of an account', async () => {
  const { topic, fill } = await setUp();
  const others = Array.from({ length: 49 }, (_, n) => `t${n}`);
  await Promise.all(others.map((name) => topic(name)));
  for (const name of others) await fill(name, 200);
  await fill('orders', 198);
  const last = await topic('last');
  const { SubscriptionArn } = await last.queue('q1', { FilterPolicy });
  expect(await refusalOf(last.queue('q2', { FilterPolicy }))).toMatchObject(FULL);
  expect(SubscriptionArn).toContain('last');
});

test('answers at once while the backend of turns is away', async () => {
  const { ground } = await setUp();
  const { topic } = startSns({ ground: { ...ground, leases: awayLeases } });
  const away = await topic('away');
  await expect(away.subscribe('lambda', functionArn('a'), { FilterPolicy })).rejects.toMatchObject(AWAY);
});
