import { ServiceError } from '../../../core/errors.ts';
import type { Shape } from '../../schema/shape.ts';

/** Words the refusal of a value of a document that is not of the shape the model has at its place. */
export type WordMismatch = (expected: Shape, value: unknown, place: 'member' | 'element') => ServiceError;

const NAMES: Partial<Readonly<Record<Shape['kind'], string>>> = {
  string: 'String',
  number: 'Number',
  boolean: 'Boolean',
  blob: 'Blob',
  stream: 'Blob',
  timestamp: 'Timestamp',
};

/** As most services word it. */
export const wordMismatch: WordMismatch = ({ kind }, value) => {
  if (Array.isArray(value)) return serialization('Start of list found where not expected');
  if (typeof value === 'object') return serialization('Start of structure or map found where not expected.');
  const wanted = NAMES[kind];
  if (wanted === undefined) {
    return serialization(`Expected ${kind === 'list' ? 'list' : 'structure or map'}; found ${typeof value}`);
  }
  const token = typeof value === 'boolean' ? `${value}`.toUpperCase() : (typeof value).toUpperCase();
  return serialization(`${token}_VALUE can not be converted to a ${wanted}`);
};

/** As DynamoDB does, kept in https://github.com/architect/dynalite (validations/index.js), which was compared with AWS. */
export const wordDynamodbMismatch: WordMismatch = (expected, value, place) => {
  if (Array.isArray(value)) return serialization(`Unrecognized collection type ${javaType(expected)}`);
  if (typeof value === 'object') return serialization('Start of structure or map found where not expected');
  if (expected.kind === 'blob') return serialization(badBytes(value));
  const wanted = NAMES[expected.kind];
  if (wanted !== undefined) return serialization(`${tokenOf(value)} cannot be converted to ${wanted}`);
  return serialization(place === 'element' ? 'Unexpected value type in payload' : 'Unexpected field type');
};

function badBytes(value: unknown): string {
  if (typeof value !== 'string') return 'only base-64-encoded strings are convertible to bytes';
  return value.length % 4 === 0
    ? 'Invalid last non-pad Base64 character dectected'
    : `Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`;
}

function tokenOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'number' && !Number.isInteger(value)
    ? 'DECIMAL_VALUE'
    : `${typeof value}_VALUE`.toUpperCase();
}

function javaType(shape: Shape): string {
  if (shape.kind === 'map') return `java.util.Map<java.lang.String, ${javaName(shape.value.shape)}>`;
  return `class ${javaName(shape)}`;
}

const javaName = (shape: Shape) =>
  shape.kind === 'structure'
    ? `com.amazonaws.dynamodb.v20120810.${shape.name}`
    : shape.kind === 'blob'
      ? 'java.nio.ByteBuffer'
      : `java.lang.${NAMES[shape.kind]}`;

const serialization = (message: string) => new ServiceError('SerializationException', message, { status: 400 });
