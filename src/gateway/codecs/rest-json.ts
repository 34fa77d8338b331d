import { ServiceError } from '../../core/errors.ts';
import type { ByteStream, RawResponse } from '../../core/operation.ts';
import type { Member, StructureShape } from '../schema/shape.ts';
import { readWhole } from './body-limit.ts';
import type { Codec } from './codec.ts';
import { fromDocument, structureFromDocument, structureToDocument, toDocument } from './document/document.ts';
import { jsonScalars, parseJson } from './document/json.ts';
import { bindingsOf, readBindings, writeHeaders } from './http-binding.ts';
import { structureOf } from './loaded-model.ts';

/** restJson 1: members in URI, headers and a JSON body, as Lambda has it. */
export const restJson: Codec = {
  select({ findRoute }, call) {
    const match = findRoute(call);
    if (!match) throw noRoute(call.method, call.path);
    return match;
  },
  async readInput(loaded, selected, call) {
    const shape = structureOf(loaded, selected.operation.input);
    if (!shape) return {};
    const bound = { labels: selected.labels ?? {}, query: call.query, headers: call.headers };
    const input = readBindings(shape, bound, unreadable);
    const { payload, body } = bindingsOf(shape);
    if (payload?.shape.kind === 'stream') input[payload.name] = call.body.stream();
    else if (payload || body.length > 0) {
      const bytes = await readWhole(loaded, selected.name, call);
      if (payload) readPayload(payload, bytes, input);
      else if (bytes.length > 0) Object.assign(input, bodyMembers(shape, body, bytes));
    }
    return input;
  },
  writeOutput(loaded, selected, output, ids) {
    const shape = structureOf(loaded, selected.operation.output);
    const bindings = shape && bindingsOf(shape);
    const status =
      (bindings?.status && (output[bindings.status.name] as number)) ?? selected.operation.http?.[2] ?? 200;
    const body = shape && writeBody(shape, output);
    return {
      status,
      headers: {
        'x-amzn-RequestId': ids.requestId,
        ...(status === 204 ? {} : { 'Content-Type': 'application/json' }),
        ...(status === 204 ? {} : lengthOf(body)),
        ...(shape ? writeHeaders(shape, output) : {}),
      },
      ...(body === undefined || status === 204 ? {} : { body }),
    };
  },
  writeError(_loaded, error, ids) {
    const body = Buffer.from(JSON.stringify(errorBody(error)));
    return {
      status: error.status,
      headers: {
        'x-amzn-RequestId': ids.requestId,
        'x-amzn-ErrorType': error.code,
        'Content-Type': 'application/json',
        'Content-Length': `${body.length}`,
        ...(error.shape ? writeHeaders(error.shape, error.members) : {}),
        ...error.headers,
      },
      body,
    };
  },
};

/** Lambda names the fault in `Type`; whether it says `message` or `Message` is part of the model. */
function errorBody(error: Parameters<Codec['writeError']>[1]): Record<string, unknown> {
  const { shape, members } = error;
  const modelled = shape ? structureToDocument(withoutHeaders(shape), members, jsonScalars) : {};
  const fault = error.fault === 'Receiver' ? 'Service' : 'User';
  return {
    ...(shape?.byName.has('Type') ? { Type: fault } : {}),
    ...Object.fromEntries(Object.entries(members).filter(([name]) => !shape?.byName.has(name))),
    ...modelled,
    [shape?.byName.has('Message') ? 'Message' : 'message']: error.message,
  };
}

const withoutHeaders = (shape: StructureShape): StructureShape => ({ ...shape, members: bindingsOf(shape).body });

function bodyMembers(shape: StructureShape, body: readonly Member[], bytes: Buffer): Record<string, unknown> {
  const all = structureFromDocument(shape, parseJson(bytes), jsonScalars);
  const members: Record<string, unknown> = {};
  for (const { name } of body) if (all[name] !== undefined) members[name] = all[name];
  return members;
}

function readPayload(payload: Member, bytes: Buffer, input: Record<string, unknown>): void {
  if (payload.shape.kind === 'blob') input[payload.name] = bytes;
  else if (payload.shape.kind === 'string') input[payload.name] = bytes.toString('utf8');
  else if (bytes.length > 0) input[payload.name] = fromDocument(payload.shape, parseJson(bytes), jsonScalars);
}

function writeBody(
  shape: StructureShape,
  output: Readonly<Record<string, unknown>>,
): Uint8Array | ByteStream | undefined {
  const { payload, body } = bindingsOf(shape);
  if (!payload) {
    return body.length === 0
      ? undefined
      : Buffer.from(JSON.stringify(structureToDocument({ ...shape, members: body }, output, jsonScalars)));
  }
  const value = output[payload.name];
  if (value === undefined || value === null) return undefined;
  if (payload.shape.kind === 'blob' || payload.shape.kind === 'stream') return rawBody(value);
  return Buffer.from(JSON.stringify(toDocument(payload.shape, value, jsonScalars)));
}

/** A body that an operation gives as text, bytes or a stream. */
export const rawBody = (value: unknown) =>
  typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array | ByteStream);

/** `Content-Length` of a body whose length is known; none of a stream. */
export function lengthOf(body: RawResponse['body']): Record<string, string> {
  if (body === undefined) return { 'Content-Length': '0' };
  return body instanceof Uint8Array ? { 'Content-Length': `${body.length}` } : {};
}

/** AWS answers an unknown path with 404 and this code; the text is ours, since theirs is empty. */
const noRoute = (method: string, path: string) =>
  new ServiceError('UnknownOperationException', `Unknown operation: no operation at ${method} ${path}`, {
    status: 404,
  });

const unreadable = (name: string, text: string) =>
  new ServiceError('SerializationException', `The value '${text}' of ${name} cannot be converted`, { status: 400 });
