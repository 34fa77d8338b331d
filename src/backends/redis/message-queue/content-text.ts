import type { MessageContent } from '../../../core/ports/message-queue.ts';
import type { SqsMessageAttribute } from '../../../core/records/sqs-message.ts';

/** A message's content as it is kept in Redis: JSON, binary values in base64. */
export const contentText = (content: MessageContent): string =>
  // Looking at each member takes several times as long as the rest.
  content.attributes === undefined ? JSON.stringify(content) : JSON.stringify(content, withoutBytes);

const withoutBytes = (name: string, value: unknown): unknown =>
  name === 'BinaryValue' ? Buffer.from(value as Uint8Array).toString('base64') : value;

/** The content that such a text holds. */
export function contentOf(text: string): MessageContent {
  const content = JSON.parse(text) as MessageContent;
  if (content.attributes === undefined) return content;
  const attributes = Object.entries(content.attributes).map(([name, attribute]) => [name, binaryOf(attribute)]);
  return { ...content, attributes: Object.fromEntries(attributes) };
}

function binaryOf(attribute: SqsMessageAttribute): SqsMessageAttribute {
  const { BinaryValue: base64 } = attribute as { readonly BinaryValue?: unknown };
  return typeof base64 === 'string'
    ? { ...attribute, BinaryValue: new Uint8Array(Buffer.from(base64, 'base64')) }
    : attribute;
}
