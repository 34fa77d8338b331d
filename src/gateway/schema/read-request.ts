import { ServiceError } from '../../core/errors.ts';
import { structureFromDocument } from '../codecs/document/document.ts';
import { jsonScalars } from '../codecs/document/json.ts';
import { type LoadedModel, structureOf } from '../codecs/loaded-model.ts';
import type { Shape } from './shape.ts';
import { validate } from './validate.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The input of an operation that somebody wrote down as JSON, checked as that of a client is. A member that the operation
 * does not have is refused as well: no SDK would have sent it. Bytes and dates may be there already.
 */
export function readRequest(loaded: LoadedModel, operation: string, request: Fields): Fields {
  const { model } = loaded;
  const shape = structureOf(loaded, model.operations[operation]?.input);
  if (!shape) return request;
  const code = model.invalidCode ?? (model.protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException');
  const unknown = unknownMember(shape, request, '');
  if (unknown !== undefined) throw new ServiceError(code, `${operation} has no parameter ${unknown}`, { status: 400 });
  const input = structureFromDocument(shape, request, SCALARS);
  if (model.validated) validate(shape, input, code);
  return input;
}

const SCALARS: typeof jsonScalars = {
  ...jsonScalars,
  readBytes: (value) => (value instanceof Uint8Array ? value : jsonScalars.readBytes(value)),
  readTimestamp: (value) => (value instanceof Date ? value : jsonScalars.readTimestamp(value)),
};

/** The path of the first member that the shape does not have; what is of another type is no matter here. */
function unknownMember(shape: Shape, value: unknown, at: string): string | undefined {
  if (shape.kind === 'list' && Array.isArray(value)) {
    return firstOf(value.entries(), ([index, each]) => unknownMember(shape.element.shape, each, `${at}[${index}]`));
  }
  if (!isObject(value)) return undefined;
  const inside = (name: string) => (at === '' ? name : `${at}.${name}`);
  if (shape.kind === 'map') {
    return firstOf(Object.entries(value), ([name, each]) => unknownMember(shape.value.shape, each, inside(name)));
  }
  if (shape.kind !== 'structure') return undefined;
  return firstOf(Object.entries(value), ([name, each]) => {
    const member = shape.byName.get(name);
    return member ? unknownMember(member.shape, each, inside(name)) : inside(name);
  });
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function firstOf<Part>(parts: Iterable<Part>, find: (part: Part) => string | undefined): string | undefined {
  for (const part of parts) {
    const found = find(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
