import type { ServiceError } from '../../core/errors.ts';
import type { Member, Shape, StructureShape } from '../schema/shape.ts';
import { simpleFromText, simpleToText } from './xml/xml.ts';

/** The members of a structure by the place in the HTTP message that holds them. */
interface Bindings {
  readonly labels: readonly Member[];
  readonly queries: readonly Member[];
  readonly queryMaps: readonly Member[];
  readonly headers: readonly Member[];
  readonly prefixes: readonly Member[];
  readonly status: Member | undefined;
  readonly payload: Member | undefined;
  /** Those that make up the body when no member is the payload. */
  readonly body: readonly Member[];
}

const known = new WeakMap<StructureShape, Bindings>();

/** Where the members of a structure go. */
export function bindingsOf(shape: StructureShape): Bindings {
  let bindings = known.get(shape);
  if (!bindings) {
    const having = (trait: keyof Member['traits']) => shape.members.filter((member) => member.traits[trait]);
    const bound = new Set(BINDING_TRAITS.flatMap((trait) => having(trait)));
    bindings = {
      labels: having('httpLabel'),
      queries: having('httpQuery'),
      queryMaps: having('httpQueryParams'),
      headers: having('httpHeader'),
      prefixes: having('httpPrefixHeaders'),
      status: having('httpResponseCode')[0],
      payload: having('httpPayload')[0],
      body: shape.members.filter((member) => !bound.has(member)),
    };
    known.set(shape, bindings);
  }
  return bindings;
}

const BINDING_TRAITS = [
  'httpLabel',
  'httpQuery',
  'httpQueryParams',
  'httpHeader',
  'httpPrefixHeaders',
  'httpResponseCode',
  'httpPayload',
] as const;

/** The parts of a request that bindings read. */
export interface BoundRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Makes the refusal of a value that cannot be read, named as on the wire. */
type RefuseValue = (wireName: string, text: string) => ServiceError;

/** The members that the URI and the headers hold. */
export function readBindings(
  shape: StructureShape,
  request: BoundRequest,
  refuse: RefuseValue,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const bindings = bindingsOf(shape);
  for (const member of bindings.labels) {
    const text = request.labels[member.name];
    if (text !== undefined) input[member.name] = fromText(member.shape, text, member.name, refuse);
  }
  for (const member of bindings.queries) {
    const name = member.traits.httpQuery ?? '';
    const values = request.query.getAll(name);
    if (values.length === 0) continue;
    const { shape } = member;
    input[member.name] =
      shape.kind === 'list'
        ? values.map((text) => fromText(shape.element.shape, text, name, refuse))
        : fromText(shape, values[0] ?? '', name, refuse);
  }
  for (const member of bindings.headers) {
    const name = member.traits.httpHeader ?? '';
    const text = request.headers[name.toLowerCase()];
    if (text !== undefined) input[member.name] = fromText(member.shape, text, name, refuse);
  }
  for (const member of bindings.prefixes) input[member.name] = readPrefixed(member, request.headers);
  return input;
}

function readPrefixed(member: Member, headers: BoundRequest['headers']): Record<string, string> {
  const prefix = member.traits.httpPrefixHeaders ?? '';
  const found: Record<string, string> = {};
  for (const name in headers) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = headers[name] ?? '';
  }
  return found;
}

function fromText(shape: Shape, text: string, wireName: string, refuse: RefuseValue): unknown {
  if (shape.kind === 'list') {
    return text.split(',').map((each) => fromText(shape.element.shape, each.trim(), wireName, refuse));
  }
  if (shape.kind === 'structure' || shape.kind === 'map') return text;
  const value = simpleFromText(shape, text);
  // A date that cannot be read is no condition at all (RFC 9110, section 13.1.3).
  if (value === undefined && shape.kind !== 'timestamp') throw refuse(wireName, text);
  return value;
}

/** The headers that an output's members make. */
export function writeHeaders(shape: StructureShape, output: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  const bindings = bindingsOf(shape);
  for (const member of bindings.headers) {
    const value = output[member.name];
    if (value !== undefined && value !== null && value !== '') {
      headers[member.traits.httpHeader ?? ''] = headerText(textOf(member.shape, value));
    }
  }
  for (const member of bindings.prefixes) {
    for (const [name, value] of Object.entries((output[member.name] ?? {}) as Record<string, string>)) {
      headers[`${member.traits.httpPrefixHeaders}${name}`] = headerText(value);
    }
  }
  return headers;
}

function textOf(shape: Shape, value: unknown): string {
  if (shape.kind === 'list') return Array.from(value as Iterable<unknown>, (each) => String(each)).join(',');
  return simpleToText(shape, value, 'http-date');
}

/** Text outside Latin-1 is sent as an encoded word, as S3 does with user metadata. */
export function headerText(text: string): string {
  return /[^\t\x20-\x7e\x80-\xff]/.test(text) ? `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=` : text;
}
