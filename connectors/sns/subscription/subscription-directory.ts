import type { Scope } from '../../../src/core/arn.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { notFound } from '../errors.ts';
import { type Topic, topicKey } from '../topic/topic.ts';
import type { TopicDirectory } from '../topic/topic-directory.ts';
import {
  SUBSCRIPTIONS,
  type Subscription,
  type SubscriptionName,
  subscriptionKey,
  subscriptionsOfTopic,
  throttleKey,
} from './subscription.ts';

/** All subscriptions, in the registry. */
export interface SubscriptionDirectory {
  find(name: SubscriptionName): Promise<Subscription | undefined>;
  /** Of a topic that was read just now. They are read again only when they have changed, and are the same objects until then. */
  of(topic: Topic): Promise<readonly Subscription[]>;
  /** Those of one account and region by topic; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Subscription[]>;
  /**
   * Adds what `decide` makes of those that there are, and of the topic as it is now; it may also return one of them. Asked
   * again where another change came between.
   */
  add(topic: Topic, decide: (existing: readonly Subscription[], topic: Topic) => Subscription): Promise<Subscription>;
  /** Changes the topic with a look at those that there are; asked again where another change came between. */
  changeTopic(topic: Topic, decide: (topic: Topic, existing: readonly Subscription[]) => Topic): Promise<void>;
  change(subscription: Subscription, decide: (current: Subscription) => Subscription): Promise<Subscription>;
  /** Whether there was one. */
  remove(subscription: Subscription): Promise<boolean>;
  /** Of a topic that is gone. */
  removeAll(topic: Topic): Promise<void>;
}

/** The directory over a registry. Each change of a topic's subscriptions also changes the topic, by which they are known. */
export function createSubscriptionDirectory(registry: Registry, topics: TopicDirectory): SubscriptionDirectory {
  const known = new Map<string, { readonly topic: Topic; readonly subscriptions: readonly Subscription[] }>();
  const inTurn = oneAtATime();

  const read = async (topic: Topic) => {
    const stored = await valuesUnder<Subscription>(registry, subscriptionsOfTopic(topic, topic.name));
    return stored.filter(({ topicId }) => topicId === topic.id);
  };
  const find: SubscriptionDirectory['find'] = async (name) =>
    (await registry.get<Subscription>(subscriptionKey(name)))?.value;
  const forget = async (subscription: Subscription) => {
    await registry.remove(subscriptionKey(subscription));
    await registry.remove(throttleKey(subscription));
  };
  const countChange = async ({ account, region, topic, topicId }: Subscription, deleted: number) => {
    const entry = await topics.read({ account, region, name: topic });
    if (entry?.value.id !== topicId) return;
    await topics.change(entry.value, (current) => ({
      ...current,
      subscriptionsRevision: current.subscriptionsRevision + 1,
      subscriptionsDeleted: current.subscriptionsDeleted + deleted,
    }));
  };

  const readTopic = async (topic: Topic) => {
    const entry = await topics.read(topic);
    if (entry?.value.id !== topic.id) throw notFound('Topic');
    return entry;
  };
  const add = async (topic: Topic, decide: Parameters<SubscriptionDirectory['add']>[1]) => {
    for (;;) {
      const entry = await readTopic(topic);
      const existing = await read(entry.value);
      const added = decide(existing, entry.value);
      const isNew = !existing.includes(added);
      const key = subscriptionKey(added);
      if (isNew) await registry.put(key, added, 0);
      try {
        // Also of one that was there: whoever stored it may have been killed before it said so.
        const subscriptionsRevision = entry.value.subscriptionsRevision + 1;
        await topics.put({ ...entry.value, subscriptionsRevision }, entry.version);
        return added;
      } catch (error) {
        if (isNew) await registry.remove(key);
        if (!isVersionConflict(error)) throw error;
      }
    }
  };

  return {
    find,
    async of(topic) {
      const key = topicKey(topic, topic.name);
      const kept = known.get(key);
      if (kept?.topic.id === topic.id && kept.topic.subscriptionsRevision === topic.subscriptionsRevision) {
        return kept.subscriptions;
      }
      const subscriptions = await read(topic);
      known.set(key, { topic, subscriptions });
      return subscriptions;
    },
    async list(scope) {
      const prefix = scope ? `${SUBSCRIPTIONS}${scope.account}/${scope.region}/` : SUBSCRIPTIONS;
      return await valuesUnder<Subscription>(registry, prefix);
    },
    add: (topic, decide) => inTurn(() => add(topic, decide)),
    async changeTopic(topic, decide) {
      for (;;) {
        const entry = await readTopic(topic);
        try {
          return await topics.put(decide(entry.value, await read(entry.value)), entry.version);
        } catch (error) {
          if (!isVersionConflict(error)) throw error;
        }
      }
    },
    async change(subscription, decide) {
      const key = subscriptionKey(subscription);
      const changed = await changeEntry(registry, key, (current: Subscription | undefined) => {
        if (!current) throw notFound('Subscription');
        return decide(current);
      });
      await countChange(changed, 0);
      return changed;
    },
    async remove(subscription) {
      const there = (await find(subscription)) !== undefined;
      await forget(subscription);
      if (there) await countChange(subscription, 1);
      return there;
    },
    async removeAll(topic) {
      known.delete(topicKey(topic, topic.name));
      for (const subscription of await read(topic)) await forget(subscription);
    },
  };
}
