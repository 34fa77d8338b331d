import { ServiceError } from '../../core/errors.ts';
import type { Shape, StructureShape } from '../schema/shape.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

type Fields = Record<string, unknown>;

/** Turns parsed JSON into the SDK's shapes: dates, bytes, known members only; `null` means absent. */
export function fromJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureFromJson(shape, value);
    case 'list':
      if (!Array.isArray(value)) throw misplaced(value, 'list');
      return value.map((each) => (each === null ? null : fromJson(shape.element.shape, each)));
    case 'map': {
      const map: Fields = {};
      for (const [key, each] of Object.entries(fields(value))) {
        if (each !== null) map[key] = fromJson(shape.value.shape, each);
      }
      return map;
    }
    default:
      return simpleFromJson(shape.kind, value);
  }
}

/** The members of a structure that a JSON object holds. */
export function structureFromJson(shape: StructureShape, value: unknown): Fields {
  const source = fields(value);
  const result: Fields = {};
  for (const key in source) {
    const member = shape.byName.get(key);
    const each = source[key];
    if (member && each !== null && each !== undefined) result[key] = fromJson(member.shape, each);
  }
  return result;
}

function simpleFromJson(kind: string, value: unknown): unknown {
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
      if (typeof value !== 'string') throw inconvertible(value, 'Blob');
      return bytesFromBase64(value);
    case 'timestamp':
      return (
        (typeof value === 'number' || typeof value === 'string' ? parseTimestamp(value) : undefined) ?? fail(value)
      );
    default:
      return value;
  }
}

/** Decodes base64, refusing what is none. */
export function bytesFromBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}\s*$/.test(text)) throw new ServiceError('SerializationException', 'Invalid base64 data');
  return Buffer.from(text, 'base64');
}

function fail(value: unknown): never {
  throw inconvertible(value, 'Timestamp');
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

/** Turns an output of the SDK's shapes into what `JSON.stringify` writes; members that are `undefined` are left out. */
export function toJson(shape: Shape, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  switch (shape.kind) {
    case 'structure':
      return structureToJson(shape, value as Fields);
    case 'list':
      return Array.from(value as Iterable<unknown>, (each) => toJson(shape.element.shape, each));
    case 'map': {
      const map: Fields = {};
      for (const [key, each] of Object.entries(value)) map[key] = toJson(shape.value.shape, each);
      return map;
    }
    case 'blob':
    case 'stream':
      return typeof value === 'string' ? value : base64(value as Uint8Array);
    case 'timestamp':
      return value instanceof Date ? formatTimestamp(value, shape.timestampFormat ?? 'epoch-seconds') : value;
    default:
      return value;
  }
}

/** The body members of a structure; those that the model binds to HTTP are left out. */
export function structureToJson(shape: StructureShape, value: Fields): Fields {
  const result: Fields = {};
  for (const member of shape.members) {
    const each = value[member.name];
    if (each !== undefined) result[member.name] = toJson(member.shape, each);
  }
  return result;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
