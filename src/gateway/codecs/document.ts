import { ServiceError } from '../../core/errors.ts';
import type { Shape, SimpleShape, StructureShape, TimestampFormat } from '../schema/shape.ts';

type Fields = Record<string, unknown>;

/** How a document of JSON or CBOR holds what the two hold differently. */
export interface Scalars {
  /** `undefined` when the value is none. */
  readBytes(value: unknown): Uint8Array | undefined;
  /** `undefined` when the value is none. */
  readTimestamp(value: unknown): Date | undefined;
  writeBytes(bytes: Uint8Array): unknown;
  writeTimestamp(date: Date, format: TimestampFormat): unknown;
}

/** Turns a parsed document into the SDK's shapes: dates, bytes, known members only; `null` means absent. */
export function fromDocument(shape: Shape, value: unknown, scalars: Scalars): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureFromDocument(shape, value, scalars);
    case 'list':
      if (!Array.isArray(value)) throw misplaced(value, 'list');
      return value.map((each) => (each === null ? null : fromDocument(shape.element.shape, each, scalars)));
    case 'map': {
      const map: Fields = {};
      for (const [key, each] of Object.entries(fields(value))) {
        if (each !== null) setOwn(map, key, fromDocument(shape.value.shape, each, scalars));
      }
      return map;
    }
    default:
      return simpleFromDocument(shape, value, scalars);
  }
}

/** The members of a structure that an object of the document holds. */
export function structureFromDocument(shape: StructureShape, value: unknown, scalars: Scalars): Fields {
  const source = fields(value);
  const result: Fields = {};
  for (const key in source) {
    const member = shape.byName.get(key);
    const each = source[key];
    if (member && each !== null && each !== undefined) result[key] = fromDocument(member.shape, each, scalars);
  }
  return result;
}

/** A key of the caller's own choice may be `__proto__`, which an assignment would take for something else. */
function setOwn(map: Fields, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else map[key] = value;
}

function simpleFromDocument({ kind }: SimpleShape, value: unknown, scalars: Scalars): unknown {
  switch (kind) {
    case 'string':
      if (typeof value !== 'string') throw inconvertible(value, 'String');
      return value;
    case 'number':
      if (typeof value !== 'number') throw inconvertible(value, 'Number');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw inconvertible(value, 'Boolean');
      return value;
    case 'blob':
    case 'stream':
      return scalars.readBytes(value) ?? fail(value, 'Blob');
    case 'timestamp':
      return scalars.readTimestamp(value) ?? fail(value, 'Timestamp');
    default:
      return value;
  }
}

function fail(value: unknown, wanted: string): never {
  throw inconvertible(value, wanted);
}

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misplaced(value, 'structure or map');
  return value as Fields;
}

function misplaced(value: unknown, expected: string): ServiceError {
  if (Array.isArray(value)) return serialization('Start of list found where not expected');
  if (typeof value === 'object') return serialization('Start of structure or map found where not expected.');
  return serialization(`Expected ${expected}; found ${typeof value}`);
}

function inconvertible(value: unknown, wanted: string): ServiceError {
  if (typeof value === 'object') return misplaced(value, wanted);
  const token = typeof value === 'boolean' ? `${value}`.toUpperCase() : (typeof value).toUpperCase();
  return serialization(`${token}_VALUE can not be converted to ${/^[AEIOU]/.test(wanted) ? 'an' : 'a'} ${wanted}`);
}

const serialization = (message: string) => new ServiceError('SerializationException', message, { status: 400 });

/** Turns an output of the SDK's shapes into a document to be written; members that are `undefined` are left out. */
export function toDocument(shape: Shape, value: unknown, scalars: Scalars): unknown {
  if (value === null || value === undefined) return value;
  switch (shape.kind) {
    case 'structure':
      return structureToDocument(shape, value as Fields, scalars);
    case 'list':
      return Array.from(value as Iterable<unknown>, (each) => toDocument(shape.element.shape, each, scalars));
    case 'map': {
      const map: Fields = {};
      for (const [key, each] of Object.entries(value)) {
        if (each !== undefined) setOwn(map, key, toDocument(shape.value.shape, each, scalars));
      }
      return map;
    }
    case 'blob':
    case 'stream':
      return typeof value === 'string' ? value : scalars.writeBytes(value as Uint8Array);
    case 'timestamp':
      return value instanceof Date ? scalars.writeTimestamp(value, shape.timestampFormat ?? 'epoch-seconds') : value;
    default:
      return value;
  }
}

/** The members of a structure that the model holds, as the document has them. */
export function structureToDocument(shape: StructureShape, value: Fields, scalars: Scalars): Fields {
  const result: Fields = {};
  for (const member of shape.members) {
    const each = value[member.name];
    if (each !== undefined) result[member.name] = toDocument(member.shape, each, scalars);
  }
  return result;
}
