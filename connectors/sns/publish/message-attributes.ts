import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { DeliveryAttribute } from '../../../src/core/target.ts';
import { invalidAttribute, missingMember } from '../errors.ts';

/** Message attributes as the rest of Headwater carries them. */
export type MessageAttributes = Readonly<Record<string, DeliveryAttribute>>;

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
const MAX_NAME_BYTES = 256;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Checks message attributes. */
export function checkMessageAttributes(
  given: Readonly<Record<string, MessageAttributeValue>> | undefined,
): MessageAttributes {
  const entries = Object.entries(given ?? {});
  return Object.fromEntries(
    entries.map(([name, value]) => {
      checkName(name);
      return [name, checkValue(name, value)];
    }),
  );
}

/** Bytes that the attributes add to a message's size: names, types and values. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const [name, { type, value }] of Object.entries(attributes)) {
    const encoding = isBinary(type) ? 'base64' : 'utf8';
    bytes += Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(value, encoding);
  }
  return bytes;
}

const isBinary = (type: string) => type === 'Binary' || type.startsWith('Binary.');

function checkName(name: string): void {
  if (Buffer.byteLength(name) >= MAX_NAME_BYTES) {
    throw invalidAttribute(`Length of message attribute name must be less than ${MAX_NAME_BYTES} bytes.`);
  }
  const other = /[^\w.-]/.exec(name)?.[0];
  if (other !== undefined) {
    const code = other.charCodeAt(0).toString(16).toUpperCase();
    throw invalidAttribute(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith('.'))
    throw invalidAttribute("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith('.')) throw invalidAttribute("Invalid message attribute name ending with character '.' was found.");
  if (name.includes('..')) throw invalidAttribute("Message attribute name can not have successive '.' character.");
}

function checkValue(name: string, { DataType, StringValue, BinaryValue }: MessageAttributeValue): DeliveryAttribute {
  if (DataType === undefined) throw missingMember(`messageAttributes.${name}.member.dataType`);
  const type = /^(String|Number|Binary)(\.|$)/.exec(DataType)?.[1];
  if (type === undefined) {
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const [value, other] = type === 'Binary' ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (!value?.length && other?.length) {
    const field = type === 'Binary' ? 'Binary' : 'String';
    throw invalidAttribute(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (!value?.length) {
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (typeof value !== 'string') return { type: DataType, value: Buffer.from(value).toString('base64') };
  if (type === 'Number' && !NUMBER.test(value)) {
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
  return { type: DataType, value };
}
