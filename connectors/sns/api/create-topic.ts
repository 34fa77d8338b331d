import type { CreateTopicInput, CreateTopicResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { isVersionConflict } from '../../../src/core/ports/registry.ts';
import { invalidParameter, unsupported } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { distinctTags, withTags } from '../topic/tags.ts';
import { type Topic, topicArn } from '../topic/topic.ts';
import { checkNewAttributes } from '../topic/topic-attributes.ts';

/** Creates a topic; one that is there is answered with when it is as was asked for. */
export const createTopic: Operation<SnsService, CreateTopicInput, CreateTopicResponse> = async (
  service,
  input,
  context,
) => {
  const { topics, clock, random, signer, activity } = service;
  const { Name: name = '', DataProtectionPolicy } = input;
  if (DataProtectionPolicy !== undefined) throw unsupported('DataProtectionPolicy');
  const attributes = checkNewAttributes(name, input.Attributes ?? {});
  const { account, region } = context;
  const topic: Topic = {
    ...{ account, region, name, attributes },
    arn: topicArn(context, name),
    id: random.uuid(),
    createdAtMs: clock.nowMs(),
    tags: withTags({}, distinctTags(input.Tags)),
    subscriptionsRevision: 0,
    subscriptionsDeleted: 0,
  };
  // The first message shall not wait for it.
  void activity.during('making the key of SNS', () => signer.warm()).catch(() => {});
  for (;;) {
    const existing = await topics.find(context, name);
    if (existing) return answerWith(existing, topic, input);
    try {
      await topics.put(topic, 0);
      return { TopicArn: topic.arn };
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
    }
  }
};

/** What was not asked for may be as it is (recorded). */
function answerWith(existing: Topic, wanted: Topic, { Attributes = {} }: CreateTopicInput): CreateTopicResponse {
  const asked = Object.entries(wanted.attributes).filter(([name]) => Attributes[name] !== undefined);
  if (asked.some(([name, value]) => existing.attributes[name] !== value)) {
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
  }
  if (Object.entries(wanted.tags).some(([key, value]) => existing.tags[key] !== value)) {
    throw invalidParameter('Tags Reason: Topic already exists with different tags');
  }
  return { TopicArn: existing.arn };
}
