import { ServiceError } from '../../core/errors.ts';
import type { ByteStream, RawResponse } from '../../core/operation.ts';
import type { Member, StructureShape } from '../schema/shape.ts';
import { readWhole } from './body-limit.ts';
import type { Call, Codec, ResponseIds, Selected } from './codec.ts';
import { bindingsOf, readBindings, writeHeaders } from './http-binding.ts';
import type { LoadedModel } from './loaded-model.ts';
import { structureOf } from './loaded-model.ts';
import { lengthOf, rawBody } from './rest-json.ts';
import { element, escapeXml, fromXml, malformedXml, structureToXml, toXml } from './xml/xml.ts';
import { parseXml } from './xml/xml-element.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** restXml: members in URI, headers and an XML or raw body, as S3 has it. */
export const restXml: Codec = {
  select({ findRoute }, call) {
    const match = findRoute(call);
    if (!match) throw methodNotAllowed(call);
    return match;
  },
  async readInput(loaded, selected, call) {
    const shape = structureOf(loaded, selected.operation.input);
    if (!shape) return {};
    checkResponseHeaders(call.query);
    const bound = { labels: selected.labels ?? {}, query: call.query, headers: call.headers };
    const input = readBindings(shape, bound, unreadable);
    const { payload } = bindingsOf(shape);
    if (!payload) return input;
    if (payload.shape.kind === 'stream') input[payload.name] = call.body.stream();
    else await readPayload(payload, await readWhole(loaded, selected.name, call), input);
    return input;
  },
  writeOutput(loaded, selected, output, ids) {
    const shape = structureOf(loaded, selected.operation.output);
    const body = shape && writeBody(loaded, selected, shape, output);
    return {
      status: statusOf(shape, output) ?? selected.operation.http?.[2] ?? 200,
      headers: {
        ...idHeaders(ids),
        ...(shape && body && isXml(shape) ? { 'Content-Type': 'application/xml' } : {}),
        ...(selected.operation.http?.[2] === 204 ? {} : lengthOf(body)),
        ...(shape ? lengthLast(writeHeaders(shape, output)) : {}),
      },
      ...(body ? { body } : {}),
    };
  },
  writeError(_loaded, error, ids) {
    const members = Object.entries(error.members).map(([name, value]) => element(name, escapeXml(String(value))));
    const content =
      element('Code', escapeXml(error.code)) +
      element('Message', escapeXml(error.message)) +
      members.join('') +
      element('RequestId', ids.requestId) +
      element('HostId', ids.hostId ?? '');
    const body = Buffer.from(DECLARATION + element('Error', content));
    // Not Modified and its kin carry no body.
    const bodiless = error.status === 304 || error.status === 204;
    return {
      status: error.status,
      headers: {
        ...idHeaders(ids),
        ...(bodiless ? {} : { 'Content-Type': 'application/xml', 'Content-Length': `${body.length}` }),
        ...error.headers,
      },
      ...(bodiless ? {} : { body }),
    };
  },
};

/** A caller may choose headers of the answer (`response-cache-control`), in Latin-1 only. */
function checkResponseHeaders(query: URLSearchParams): void {
  for (const [name, value] of query) {
    if (!name.startsWith('response-') || /^[\0-\xff]*$/.test(value)) continue;
    throw new ServiceError('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.', {
      status: 400,
      members: { ArgumentName: name, ArgumentValue: value },
    });
  }
}

/** A Content-Disposition behind a Content-Length is UTF-8 to Node, which then fails on what is Latin-1. */
function lengthLast(headers: Record<string, string>): Record<string, string> {
  if (headers['Content-Disposition'] === undefined) return headers;
  const { 'Content-Length': length, ...others } = headers;
  return length === undefined ? headers : { ...others, 'Content-Length': length };
}

const idHeaders = ({ requestId, hostId }: ResponseIds): Record<string, string> => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': hostId ?? '',
  Server: 'AmazonS3',
});

async function readPayload(payload: Member, bytes: Buffer, input: Record<string, unknown>): Promise<void> {
  if (payload.shape.kind === 'string') input[payload.name] = bytes.toString('utf8');
  else if (payload.shape.kind === 'blob') input[payload.name] = bytes;
  else if (bytes.length > 0) {
    const root = parseXml(bytes.toString('utf8'));
    if (root?.name !== rootName(payload)) throw malformedXml();
    input[payload.name] = fromXml(payload.shape, root);
  } else if (payload.required) {
    throw new ServiceError('MissingRequestBodyError', 'Request Body is empty', { status: 400 });
  }
}

const rootName = (payload: Member) =>
  payload.traits.xmlName ?? (payload.shape.kind === 'structure' ? payload.shape.xmlName : payload.name);

function statusOf(shape: StructureShape | undefined, output: Readonly<Record<string, unknown>>): number | undefined {
  const status = shape && bindingsOf(shape).status;
  return status && (output[status.name] as number | undefined);
}

/** Whether a body is a document of the model's, not the caller's own bytes. */
function isXml(shape: StructureShape): boolean {
  const kind = bindingsOf(shape).payload?.shape.kind;
  return kind === undefined || kind === 'structure';
}

function writeBody(
  loaded: LoadedModel,
  { operation }: Selected,
  shape: StructureShape,
  output: Readonly<Record<string, unknown>>,
): RawResponse['body'] {
  const { payload, body } = bindingsOf(shape);
  const namespace = ` xmlns="${loaded.model.xmlNamespace}"`;
  if (payload) return writePayload(payload, output[payload.name], namespace);
  if (body.length === 0) return undefined;
  const only = body[0];
  const content =
    operation.unwrapped && only
      ? escapeXml(String(output[only.name] ?? ''))
      : structureToXml({ ...shape, members: body }, output);
  return Buffer.from(DECLARATION + element(shape.xmlName, content, namespace));
}

function writePayload(payload: Member, value: unknown, namespace: string): Uint8Array | ByteStream | undefined {
  if (value === undefined || value === null) return undefined;
  if (payload.shape.kind !== 'structure') return rawBody(value);
  const name = rootName(payload);
  return Buffer.from(DECLARATION + toXml(payload, value, name).replace(`<${name}`, `<${name}${namespace}`));
}

function methodNotAllowed(call: Call): ServiceError {
  return new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    members: { Method: call.method, ResourceType: call.bucket ? (call.path === '/' ? 'BUCKET' : 'OBJECT') : 'SERVICE' },
  });
}

/** S3's sentence, e.g. for `max-keys=ten`. */
const unreadable = (name: string, text: string) =>
  new ServiceError('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
    status: 400,
    members: { ArgumentName: name, ArgumentValue: text },
  });
