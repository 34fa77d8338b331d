import { ServiceError } from '../../../core/errors.ts';
import type { Shape, SimpleShape, StructureShape, TimestampFormat } from '../../schema/shape.ts';
import type { WordMismatch } from './mismatch.ts';

type Fields = Record<string, unknown>;

/** How a document of JSON or CBOR holds what the two hold differently. */
export interface Scalars {
  /** `undefined` when the value is none. */
  readBytes(value: unknown): Uint8Array | undefined;
  /** `undefined` when the value is none. */
  readTimestamp(value: unknown): Date | undefined;
  writeBytes(bytes: Uint8Array): unknown;
  writeTimestamp(date: Date, format: TimestampFormat): unknown;
  readonly mismatch: WordMismatch;
}

type Place = 'member' | 'element';

/** An item of DynamoDB has 32 levels of two each; nothing that AWS takes is deeper. */
const MAX_DEPTH = 200;

/** Turns a parsed document into the SDK's shapes: dates, bytes, known members only; `null` means absent. */
export function fromDocument(
  shape: Shape,
  value: unknown,
  scalars: Scalars,
  place: Place = 'member',
  depth = 0,
): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureFromDocument(shape, value, scalars, place, depth);
    case 'list':
      if (!Array.isArray(value)) throw scalars.mismatch(shape, value, place);
      return value.map((each) =>
        each === null ? null : fromDocument(shape.element.shape, each, scalars, 'element', depth + 1),
      );
    case 'map': {
      if (!isFields(value)) throw scalars.mismatch(shape, value, place);
      const map: Fields = {};
      for (const [key, each] of Object.entries(value)) {
        if (each !== null) setOwn(map, key, fromDocument(shape.value.shape, each, scalars, 'element', depth + 1));
      }
      return map;
    }
    default:
      return simpleFromDocument(shape, value, scalars, place);
  }
}

/** The members of a structure that an object of the document holds. */
export function structureFromDocument(
  shape: StructureShape,
  value: unknown,
  scalars: Scalars,
  place: Place = 'member',
  depth = 0,
): Fields {
  if (depth > MAX_DEPTH) throw new ServiceError('SerializationException', 'The request body is nested too deeply');
  if (!isFields(value)) throw scalars.mismatch(shape, value, place);
  const result: Fields = {};
  for (const key in value) {
    const member = shape.byName.get(key);
    const each = value[key];
    if (member && each !== null && each !== undefined) {
      result[key] = fromDocument(member.shape, each, scalars, 'member', depth + 1);
    }
  }
  return result;
}

/** A key of the caller's own choice may be `__proto__`, which an assignment would take for something else. */
export function setOwn(map: Fields, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else map[key] = value;
}

function simpleFromDocument(shape: SimpleShape, value: unknown, scalars: Scalars, place: Place): unknown {
  const read = readSimple(shape, value, scalars);
  if (read === undefined) throw scalars.mismatch(shape, value, place);
  return read;
}

function readSimple({ kind, float }: SimpleShape, value: unknown, scalars: Scalars): unknown {
  switch (kind) {
    case 'string':
    case 'boolean':
      return typeof value === kind ? value : undefined;
    case 'number':
      if (float && typeof value === 'string' && Object.hasOwn(SPECIAL_FLOATS, value)) return SPECIAL_FLOATS[value];
      if (typeof value !== 'number') return undefined;
      return float ? value : wholeNumber(value);
    case 'blob':
    case 'stream':
      return scalars.readBytes(value);
    case 'timestamp':
      return scalars.readTimestamp(value);
    default:
      return value;
  }
}

/** Texts, as JSON has no numbers for them: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
const SPECIAL_FLOATS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Where a whole number belongs, AWS drops a fraction: https://github.com/architect/dynalite (validations/index.js). */
const wholeNumber = (value: number) => (Number.isFinite(value) ? Math.trunc(value) : undefined);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
