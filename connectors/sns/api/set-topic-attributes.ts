import type { SetTopicAttributesInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { checkLargeMessages } from '../subscription/large-messages.ts';
import { isFifo, type Topic } from '../topic/topic.ts';
import { checkAttribute } from '../topic/topic-attributes.ts';

/** Attributes that empty text takes away. */
const REMOVABLE = new Set(['DeliveryPolicy', 'KmsMasterKeyId']);

/** Sets one attribute of a topic. */
export const setTopicAttributes: Operation<SnsService, SetTopicAttributesInput, object> = async (
  { topics, subscriptions },
  { TopicArn, AttributeName: name = '', AttributeValue: value = '' },
  context,
) => {
  const topic = await topics.of(TopicArn, context, 'SetTopicAttributes');
  checkAttribute(name, value, isFifo(topic));
  const changed = (current: Topic): Topic => {
    const { [name]: _before, ...others } = current.attributes;
    const removed = value === '' && REMOVABLE.has(name);
    return { ...current, attributes: removed ? others : { ...others, [name]: value } };
  };
  if (name !== 'MaximumMessageSize') await topics.change(topic, changed);
  else {
    await subscriptions.changeTopic(topic, (current, existing) => {
      checkLargeMessages(changed(current), existing);
      return changed(current);
    });
  }
  return {};
};
