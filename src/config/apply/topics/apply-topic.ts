import type { TopicDeclaration } from '../../declarations/topic.ts';
import { applyTags, tagList } from '../apply-tags.ts';
import { type Applying, type Change, orAbsent, sameText } from '../applying.ts';

/** Makes the topic, or sets what differs. */
export async function applyTopic(applying: Applying, name: string, declared: TopicDeclaration): Promise<Change> {
  const { call, arnOf } = applying;
  const TopicArn = arnOf('sns', name);
  const attributes = attributesOf(name, declared);
  const found = await orAbsent(call('sns', 'GetTopicAttributes', { TopicArn }));
  if (!found) {
    const tags = declared.tags ? { Tags: tagList(declared.tags) } : {};
    await call('sns', 'CreateTopic', { Name: name, Attributes: attributes, ...tags });
    return 'created';
  }
  const { FifoTopic: _fixed, ...settable } = attributes;
  const present = (found['Attributes'] ?? {}) as Readonly<Record<string, string>>;
  const differing = Object.entries(settable).filter(([attribute, value]) => !sameText(present[attribute], value));
  for (const [AttributeName, AttributeValue] of differing) {
    await call('sns', 'SetTopicAttributes', { TopicArn, AttributeName, AttributeValue });
  }
  const retagged = await applyTags(applying, 'sns', TopicArn, declared.tags);
  return differing.length > 0 || retagged ? 'updated' : 'unchanged';
}

function attributesOf(name: string, declared: TopicDeclaration): Readonly<Record<string, string>> {
  const { subscriptions: _later, tags: _tags, ...plain } = declared;
  const attributes = Object.entries(plain).map(([member, value]) => [
    member.charAt(0).toUpperCase() + member.slice(1),
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  if (name.endsWith('.fifo')) attributes.push(['FifoTopic', 'true']);
  return Object.fromEntries(attributes);
}
