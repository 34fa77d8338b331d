import { ServiceError } from '../../../core/errors.ts';
import type { ListShape, MapShape, Member, Shape, SimpleShape, StructureShape } from '../../schema/shape.ts';
import { formatTimestamp, parseTimestamp } from '../timestamp.ts';
import type { XmlElement } from './xml-element.ts';

type Fields = Record<string, unknown>;

/** S3's words for a document that does not fit the schema. */
export const malformedXml = () =>
  new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    { status: 400 },
  );

/** Reads an element as a shape. */
export function fromXml(shape: Shape, element: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureFromXml(shape, element);
    case 'list':
      return element.children.filter(named(elementName(shape))).map((each) => fromXml(shape.element.shape, each));
    case 'map':
      return mapFromXml(shape, element.children.filter(named('entry')));
    default:
      return simpleFromText(shape, element.text) ?? fail();
  }
}

function fail(): never {
  throw malformedXml();
}

function structureFromXml(shape: StructureShape, element: XmlElement): Fields {
  const result: Fields = {};
  for (const member of shape.members) {
    const value = memberFromXml(member, element);
    if (value !== undefined) result[member.name] = value;
  }
  return result;
}

function memberFromXml(member: Member, element: XmlElement): unknown {
  const name = xmlName(member);
  if (member.traits.xmlAttribute) return element.attributes[name];
  const { shape } = member;
  if (member.traits.xmlFlattened && (shape.kind === 'list' || shape.kind === 'map')) {
    const items = element.children.filter(named(name));
    if (items.length === 0) return undefined;
    return shape.kind === 'map' ? mapFromXml(shape, items) : items.map((each) => fromXml(shape.element.shape, each));
  }
  const child = element.children.find(named(name));
  return child && fromXml(shape, child);
}

function mapFromXml(shape: MapShape, entries: readonly XmlElement[]): Fields {
  const result: Fields = {};
  for (const entry of entries) {
    const key = entry.children.find(named(xmlName(shape.key)));
    const value = entry.children.find(named(xmlName(shape.value)));
    if (key && value) result[key.text] = fromXml(shape.value.shape, value);
  }
  return result;
}

/** Reads text from XML, a form, a header or a URI as a simple shape; `undefined` when it is none. */
export function simpleFromText(shape: SimpleShape, text: string): unknown {
  switch (shape.kind) {
    case 'number': {
      const number = Number(text.trim() || 'NaN');
      return Number.isNaN(number) ? undefined : number;
    }
    case 'boolean': {
      const word = text.trim().toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : undefined;
    }
    case 'blob':
    case 'stream':
      return Buffer.from(text, 'base64');
    case 'timestamp':
      return parseTimestamp(text.trim());
    default:
      return text;
  }
}

const named = (name: string) => (element: XmlElement) => element.name === name;
const xmlName = (member: Member) => member.traits.xmlName ?? member.name;
const elementName = (shape: ListShape) => shape.element.traits.xmlName ?? 'member';

/** Writes a value as an element, or as several when a list is flattened; an absent one as nothing. */
export function toXml(member: Member, value: unknown, name = xmlName(member)): string {
  if (value === undefined || value === null) return '';
  const { shape } = member;
  if (shape.kind === 'list') {
    const items = Array.from(value as Iterable<unknown>);
    if (member.traits.xmlFlattened) return items.map((each) => toXml(shape.element, each, name)).join('');
    return element(name, items.map((each) => toXml(shape.element, each, elementName(shape))).join(''));
  }
  if (shape.kind === 'map') {
    const entries = Object.entries(value).map(([key, each]) => toXml(shape.key, key) + toXml(shape.value, each));
    if (member.traits.xmlFlattened) return entries.map((entry) => element(name, entry)).join('');
    return element(name, entries.map((entry) => element('entry', entry)).join(''));
  }
  if (shape.kind === 'structure') {
    return element(name, structureToXml(shape, value as Fields), attributes(member, shape, value as Fields));
  }
  return element(name, escapeXml(simpleToText(shape, value, 'date-time')));
}

/** The child elements of a structure, in the order of the model. */
export function structureToXml(shape: StructureShape, value: Fields): string {
  let text = '';
  for (const member of shape.members) {
    if (!member.traits.xmlAttribute) text += toXml(member, value[member.name]);
  }
  return text;
}

function attributes(member: Member, shape: StructureShape, value: Fields): string {
  let text = '';
  const namespace = member.traits.xmlNamespace;
  if (namespace) {
    text += typeof namespace === 'string' ? ` xmlns="${namespace}"` : ` xmlns:${namespace[0]}="${namespace[1]}"`;
  }
  for (const each of shape.members) {
    const content = each.traits.xmlAttribute && value[each.name];
    if (content !== undefined && content !== 0) text += ` ${xmlName(each)}="${escapeXml(String(content))}"`;
  }
  return text;
}

/** A simple value as XML, headers and URIs carry it. */
export function simpleToText(shape: Shape, value: unknown, timestamps: 'date-time' | 'http-date'): string {
  if (value instanceof Date) {
    return String(formatTimestamp(value, ('timestampFormat' in shape && shape.timestampFormat) || timestamps));
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

/** An element around content that is already XML. */
export const element = (name: string, content: string, attributeText = '') =>
  `<${name}${attributeText}>${content}</${name}>`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Text as XML content or attribute value. */
export function escapeXml(text: string): string {
  return /[&<>"\r]/.test(text) ? text.replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character) : text;
}
