import { XMLParser } from 'fast-xml-parser';
import type { Shape, Value } from './scenario.ts';

/** Members whose query-protocol name or shape differs from the JSON one: SQS's flattened lists and maps. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeNames: 'AttributeName',
  MessageAttributeNames: 'MessageAttributeName',
  MessageSystemAttributeNames: 'AttributeName',
  TagKeys: 'TagKey',
  AWSAccountIds: 'AWSAccountId',
  Actions: 'ActionName',
};
const MAPS: Readonly<Record<string, readonly [name: string, key: string, value: string]>> = {
  Attributes: ['Attribute', 'Name', 'Value'],
  MessageAttributes: ['MessageAttribute', 'Name', 'Value'],
  MessageSystemAttributes: ['MessageSystemAttribute', 'Name', 'Value'],
  Tags: ['Tag', 'Key', 'Value'],
  tags: ['Tag', 'Key', 'Value'],
};

/** The form body of a call in AWS's legacy query protocol, as SDKs wrote it before 2023. */
export function queryForm(operation: string, input: Shape): URLSearchParams {
  const form = new URLSearchParams({ Action: operation, Version: '2012-11-05' });
  const write = (prefix: string, shape: Shape): void => {
    for (const [key, value] of Object.entries(shape)) {
      const map = MAPS[key];
      if (map && isShape(value)) {
        Object.entries(value).forEach(([name, item], index) => {
          form.append(`${prefix}${map[0]}.${index + 1}.${map[1]}`, name);
          if (isShape(item)) write(`${prefix}${map[0]}.${index + 1}.${map[2]}.`, item);
          else form.append(`${prefix}${map[0]}.${index + 1}.${map[2]}`, String(item));
        });
      } else if (Array.isArray(value)) {
        const name = key === 'Entries' ? `${operation}RequestEntry` : (LISTS[key] ?? key);
        value.forEach((item: Value, index) => {
          if (isShape(item)) write(`${prefix}${name}.${index + 1}.`, item);
          else form.append(`${prefix}${name}.${index + 1}`, String(item));
        });
      } else if (key === 'BinaryValue') form.append(`${prefix}${key}`, Buffer.from(String(value)).toString('base64'));
      else if (value !== undefined) form.append(`${prefix}${key}`, String(value));
    }
  };
  write('', input);
  return form;
}

const REPEATED: Readonly<Record<string, string>> = {
  Message: 'Messages',
  QueueUrl: 'QueueUrls',
  SendMessageBatchResultEntry: 'Successful',
  DeleteMessageBatchResultEntry: 'Successful',
  ChangeMessageVisibilityBatchResultEntry: 'Successful',
  BatchResultErrorEntry: 'Failed',
};
const ENTRIES: Readonly<Record<string, readonly [name: string, key: string]>> = {
  Attribute: ['Attributes', 'Name'],
  MessageAttribute: ['MessageAttributes', 'Name'],
  Tag: ['Tags', 'Key'],
};
const parser = new XMLParser({
  parseTagValue: false,
  ignoreAttributes: true,
  trimValues: false,
  ignoreDeclaration: true,
});

/** Parses an answer in the query protocol into the shape that the JSON protocol has. */
export function queryResult(operation: string, xml: string): Shape {
  const document = parser.parse(xml) as Record<string, Record<string, Value>>;
  return reshape(operation, document[`${operation}Response`]?.[`${operation}Result`]);
}

/** Parses an error document: the children of `<Error>`; an empty element is null, as in boto3. */
export function xmlError(xml: string): Shape {
  const document = parser.parse(xml) as Record<string, Value>;
  const root = (document['ErrorResponse'] ?? document) as Shape;
  const error = (root['Error'] ?? {}) as Shape;
  return Object.fromEntries(
    Object.entries(error)
      .filter(([key]) => key !== 'RequestId' && key !== 'HostId' && key !== '#text')
      .map(([key, value]) => [key, value === '' ? null : (value as Value)]),
  );
}

function reshape(operation: string, node: Value): Shape {
  if (!isShape(node)) return {};
  const shape: Record<string, Value> = {};
  for (const [key, value] of Object.entries(node)) {
    const items = (Array.isArray(value) ? value : [value]) as readonly Value[];
    const entries = ENTRIES[key];
    const list = REPEATED[key];
    if (key === '#text') continue;
    if (entries)
      shape[entries[0]] = Object.fromEntries(
        items.map((item) => [
          (item as Record<string, string>)[entries[1]] ?? '',
          isShape((item as Shape)['Value']) ? reshape(operation, (item as Shape)['Value']) : (item as Shape)['Value'],
        ]),
      );
    else if (list && !(key === 'QueueUrl' && operation !== 'ListQueues'))
      shape[list] = items.map((item) => (isShape(item) ? reshape(operation, item) : item));
    else if (key === 'SenderFault') shape[key] = value === 'true';
    else if (key === 'BinaryValue') shape[key] = Buffer.from(String(value), 'base64').toString('utf8');
    else shape[key] = value as Value;
  }
  return shape;
}

/** Whether a value is an object with named members. */
export function isShape(value: Value): value is Shape {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
