import { createHash } from 'node:crypto';
import { ServiceError } from '../../src/core/errors.ts';
import type { SqsMessageAttribute } from '../../src/core/records/sqs-message.ts';
import { invalidParameterValue } from './errors.ts';

/** Attributes as clients send them. */
export type AttributeInput = Readonly<
  Record<
    string,
    {
      readonly DataType: string | undefined;
      readonly StringValue?: string | undefined;
      readonly BinaryValue?: Uint8Array | undefined;
      readonly StringListValues?: readonly string[] | undefined;
      readonly BinaryListValues?: readonly Uint8Array[] | undefined;
    }
  >
>;

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
const MAX_ATTRIBUTES = 10;
const MAX_NAME_BYTES = 256;
const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** What is said of text with characters that XML cannot hold. */
export const INVALID_CHARACTERS =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';

/** Whether the text holds a character that no message may. */
export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN.test(text);
}

/** Checks message attributes; `undefined` when there are none. */
export function checkMessageAttributes(
  input: AttributeInput | undefined,
): Readonly<Record<string, SqsMessageAttribute>> | undefined {
  if (input === undefined) return undefined;
  const entries = Object.entries(input);
  if (entries.length === 0) return undefined;
  if (entries.length > MAX_ATTRIBUTES) {
    const message = `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`;
    throw invalidParameterValue(message);
  }
  return Object.fromEntries(
    entries.map(([name, attribute]) => {
      checkName(name);
      return [name, checkValue(`essage (user) attribute '${name}'`, attribute)];
    }),
  );
}

/** The trace header of the message system attributes, the only one there is. */
export function checkSystemAttributes(input: AttributeInput | undefined): SqsMessageAttribute | undefined {
  if (input === undefined) return undefined;
  let header: SqsMessageAttribute | undefined;
  for (const [name, attribute] of Object.entries(input)) {
    if (name !== 'AWSTraceHeader') throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`);
    header = checkValue(`essage system attribute '${name}'`, attribute);
    if (header.StringValue === undefined) {
      throw invalidParameterValue(`The type of message system attribute '${name}' is invalid. You must use String.`);
    }
  }
  return header;
}

function checkName(name: string): void {
  if (name === '') throw invalidParameterValue('The request must contain non-empty message (user) attribute names.');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw invalidParameterValue(`Message (user) attribute name must be shorter than ${MAX_NAME_BYTES} bytes.`);
  }
  if (/^(aws|amazon)\./i.test(name)) {
    throw invalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    );
  }
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) {
    throw invalidParameterValue(`Invalid message (user) attribute name '${name}'.`);
  }
}

/** @param what the attribute as sentences name it, without its first letter, which differs in case */
function checkValue(what: string, attribute: AttributeInput[string]): SqsMessageAttribute {
  const { DataType, StringValue, BinaryValue } = attribute;
  if (attribute.StringListValues?.length || attribute.BinaryListValues?.length) {
    const message = 'Message attribute list values in SendMessage operation are not supported.';
    throw new ServiceError('UnsupportedOperation', message, {
      queryCode: 'AWS.SimpleQueueService.UnsupportedOperation',
    });
  }
  if (!DataType) throw invalidParameterValue(`The m${what} must contain a non-empty message attribute value.`);
  if (Buffer.byteLength(DataType) > MAX_NAME_BYTES) {
    throw invalidParameterValue(`Message (user) attribute type must be shorter than ${MAX_NAME_BYTES} bytes.`);
  }
  const type = /^(String|Number|Binary)(\.|$)/.exec(DataType)?.[1];
  if (type === undefined) {
    throw invalidParameterValue(
      `The type of m${what} is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = type === 'Binary' ? BinaryValue : StringValue;
  if (!value?.length) throw invalidParameterValue(`M${what} must contain a non-empty value of type '${type}'.`);
  if (typeof value !== 'string') return { DataType, BinaryValue: value };
  if (type === 'Number' && !NUMBER.test(value)) {
    throw invalidParameterValue(`Can't cast the value of m${what} to a number.`);
  }
  if (hasForbiddenCharacter(value)) throw invalidParameterValue(INVALID_CHARACTERS);
  return { DataType, StringValue: value };
}

/** Bytes that the attributes add to a message's size: names, types and values. */
export function sizeOfAttributes(attributes: Readonly<Record<string, SqsMessageAttribute>> | undefined): number {
  let size = 0;
  for (const name in attributes) {
    const attribute = attributes[name];
    if (!attribute) continue;
    const { DataType, StringValue, BinaryValue } = attribute;
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? '');
  }
  return size;
}

/**
 * AWS's MD5 over attributes, which SDKs check: sorted by name, each as length-prefixed name, type and value with a byte
 * for the transport before the value.
 */
export function md5OfAttributes(attributes: Readonly<Record<string, SqsMessageAttribute>>): string {
  const hash = createHash('md5');
  const add = (value: string | Uint8Array) => {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  for (const name of Object.keys(attributes).sort(byBytes)) {
    const attribute = attributes[name];
    if (!attribute) continue;
    add(name);
    add(attribute.DataType);
    hash.update(Uint8Array.of(attribute.BinaryValue ? BINARY_TRANSPORT : STRING_TRANSPORT));
    add(attribute.BinaryValue ?? attribute.StringValue ?? '');
  }
  return hash.digest('hex');
}
