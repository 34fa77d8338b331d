import type { Scope } from '../../../src/core/arn.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { Registry, Versioned } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { topicOfArn } from '../arn-check.ts';
import { invalidParameter, notFound, resourceNotFound } from '../errors.ts';
import { checkAccount } from './access.ts';
import { TOPICS, type Topic, topicKey } from './topic.ts';

/** All topics, in the registry. */
export interface TopicDirectory {
  find(scope: Scope, name: string): Promise<Topic | undefined>;
  /** With its version, for a change that rests on it. */
  read(topic: Pick<Topic, 'account' | 'region' | 'name'>): Promise<Versioned<Topic> | undefined>;
  /**
   * The topic of a request; refuses when there is none, or when it is in another region. A caller of another account
   * needs the topic's policy to grant it `action`.
   */
  of(arn: string | undefined, context: RequestContext, action: string, parameter?: string): Promise<Topic>;
  /** The topics of one account and region by name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Topic[]>;
  /** Rejects with a version conflict when the topic is another by now. Version 0: there must be none. */
  put(topic: Topic, version: number): Promise<void>;
  /** Stores what `decide` makes of the topic; asks again where another change came between. Refuses when it is gone. */
  change(topic: Topic, decide: (current: Topic) => Topic): Promise<Topic>;
  remove(topic: Topic): Promise<void>;
}

/** The directory over a registry. */
export function createTopicDirectory(registry: Registry): TopicDirectory {
  const read: TopicDirectory['read'] = (topic) => registry.get<Topic>(topicKey(topic, topic.name));
  const find = async (scope: Scope, name: string) => (await registry.get<Topic>(topicKey(scope, name)))?.value;
  const put = async (topic: Topic, version: number) => {
    await registry.put(topicKey(topic, topic.name), topic, version);
  };
  return {
    find,
    read,
    put,
    async of(arn, context, action, parameter = 'TopicArn') {
      const named = topicOfArn(arn, parameter);
      if (named.region !== context.region) throw invalidParameter(parameter);
      const topic = await find(named, named.name);
      if (!topic) throw parameter === 'ResourceArn' ? resourceNotFound() : notFound('Topic');
      checkAccount(topic, context, action);
      return topic;
    },
    async list(scope) {
      const prefix = scope ? `${TOPICS}${scope.account}/${scope.region}/` : TOPICS;
      return await valuesUnder<Topic>(registry, prefix);
    },
    change: (topic, decide) =>
      changeEntry(registry, topicKey(topic, topic.name), (current: Topic | undefined) => {
        if (current?.id !== topic.id) throw notFound('Topic');
        return decide(current);
      }),
    async remove(topic) {
      const entry = await read(topic);
      if (entry?.value.id === topic.id) await registry.remove(topicKey(topic, topic.name));
    },
  };
}
