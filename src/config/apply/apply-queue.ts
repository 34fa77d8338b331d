import type { QueueDeclaration } from '../declaration.ts';
import { type Applying, type Change, orAbsent, sameText } from './applying.ts';
import { existingArn } from './existing-arn.ts';

/** Makes the queue or sets what differs, all but its redrive policy: that names another queue, which must exist first. */
export async function applyQueue({ call }: Applying, name: string, declared: QueueDeclaration): Promise<Change> {
  const attributes = attributesOf(name, declared);
  const found = await orAbsent(call('sqs', 'GetQueueUrl', { QueueName: name }));
  if (!found) {
    const tags = declared.tags ? { tags: declared.tags } : {};
    await call('sqs', 'CreateQueue', { QueueName: name, Attributes: attributes, ...tags });
    return 'created';
  }
  const { QueueUrl } = found;
  const { FifoQueue: _fixed, ...settable } = attributes;
  const retagged = await tagQueue(call, QueueUrl, declared.tags);
  return (await setAttributes(call, QueueUrl, settable)) || retagged ? 'updated' : 'unchanged';
}

/** Sets where the queue's messages go after too many receives. */
export async function applyQueueRedrive(
  applying: Applying,
  name: string,
  { redrivePolicy }: QueueDeclaration,
): Promise<Change> {
  if (!redrivePolicy) return 'unchanged';
  const { deadLetterTarget, maxReceiveCount } = redrivePolicy;
  const { call } = applying;
  const policy = { deadLetterTargetArn: await existingArn(applying, 'sqs', deadLetterTarget), maxReceiveCount };
  const { QueueUrl } = await call('sqs', 'GetQueueUrl', { QueueName: name });
  return (await setAttributes(call, QueueUrl, { RedrivePolicy: JSON.stringify(policy) })) ? 'updated' : 'unchanged';
}

function attributesOf(name: string, declared: QueueDeclaration): Readonly<Record<string, string>> {
  const { redrivePolicy: _later, tags: _tags, policy, ...plain } = declared;
  const attributes = Object.entries(plain).map(([member, value]) => [
    member.charAt(0).toUpperCase() + member.slice(1),
    String(value),
  ]);
  if (policy) attributes.push(['Policy', JSON.stringify(policy)]);
  if (name.endsWith('.fifo')) attributes.push(['FifoQueue', 'true']);
  return Object.fromEntries(attributes);
}

/** Whether any had to be set. */
async function setAttributes(
  call: Applying['call'],
  QueueUrl: unknown,
  wanted: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (Object.keys(wanted).length === 0) return false;
  const { Attributes = {} } = await call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
  const present = Attributes as Readonly<Record<string, string>>;
  const differing = Object.entries(wanted).filter(([name, value]) => !sameText(present[name], value));
  if (differing.length === 0) return false;
  await call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: Object.fromEntries(differing) });
  return true;
}

async function tagQueue(call: Applying['call'], QueueUrl: unknown, tags: QueueDeclaration['tags']): Promise<boolean> {
  if (!tags) return false;
  const { Tags = {} } = await call('sqs', 'ListQueueTags', { QueueUrl });
  if (Object.entries(tags).every(([name, value]) => (Tags as Record<string, string>)[name] === value)) return false;
  await call('sqs', 'TagQueue', { QueueUrl, Tags: tags });
  return true;
}
