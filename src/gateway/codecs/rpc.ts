import { crc32 } from 'node:zlib';
import { ServiceError } from '../../core/errors.ts';
import type { RawResponse } from '../../core/operation.ts';
import type { ServiceModel } from '../schema/model.ts';
import type { StructureShape } from '../schema/shape.ts';
import type { WireError } from '../wire-error.ts';
import { readWhole } from './body-limit.ts';
import type { Answered, Call, Codec, ResponseIds } from './codec.ts';
import { type Scalars, structureFromDocument, structureToDocument } from './document/document.ts';
import { EVENT_STREAM_TYPE, eventStreamOf, writeEventStream } from './event-stream/event-stream.ts';
import { headerText } from './http-binding.ts';
import { structureOf } from './loaded-model.ts';

/** What differs between the formats in which all members of a call make up one document. */
export interface DocumentFormat {
  scalars(model: ServiceModel): Scalars;
  /** The operation that a request names, or an empty text. */
  operationOf(call: Call): string;
  contentType(model: ServiceModel): string;
  /** Headers that every answer has. */
  readonly headers: Readonly<Record<string, string>>;
  parse(body: Buffer): unknown;
  print(document: Fields): Printed;
  errorType(model: ServiceModel, error: WireError): string;
  /** Whether a body without a byte has a type: what an operation without output answers with. */
  readonly typesEmptyBody: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
/** JSON stays text: Node sends that in one piece with the headers, which costs a small call a tenth less. */
type Printed = string | Buffer;

/** The protocols of remote procedure calls: an operation's name, one document in, one document or event stream out. */
export function createRpcCodec(format: DocumentFormat): Codec {
  return {
    select({ model }, call) {
      const name = format.operationOf(call);
      const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined;
      if (!operation) throw unknownOperation(name);
      return { name, operation };
    },
    async readInput(loaded, { name, operation }, call) {
      const body = await readWhole(loaded, name, call);
      const shape = structureOf(loaded, operation.input);
      return shape
        ? structureFromDocument(shape, body.length === 0 ? {} : format.parse(body), format.scalars(loaded.model))
        : {};
    },
    writeOutput(loaded, { operation }, output, answered) {
      const { model } = loaded;
      const shape = structureOf(loaded, operation.output);
      if (!shape) return whole(format, model, answered, '');
      if (eventStreamOf(shape)) return streaming(format, model, { shape, output }, answered);
      return whole(format, model, answered, format.print(structureToDocument(shape, output, format.scalars(model))));
    },
    writeError({ model }, error, ids) {
      const document = { __type: format.errorType(model, error), ...errorDocument(format.scalars(model), error) };
      const answer = whole(format, model, ids, format.print(document));
      const query = model.queryCompatible
        ? { 'x-amzn-query-error': headerText(`${error.queryCode};${error.fault}`) }
        : {};
      return { ...answer, status: error.status, headers: { ...answer.headers, ...query, ...error.headers } };
    },
  };
}

/** JSON's refusal of an operation that does not exist. */
const unknownOperation = (name: string) =>
  new ServiceError('UnknownOperationException', name ? `Unknown operation ${name}` : 'Unknown operation', {
    status: 400,
  });

/** The operation in a target such as `AmazonSQS.SendMessage`. */
export function operationOfTarget({ headers }: Call): string {
  const target = headers['x-amz-target'] ?? '';
  return target.slice(target.lastIndexOf('.') + 1);
}

/**
 * An error's name in the protocols that have `X-Amz-Target`. Kinesis answers with bare names; the others name the space, and
 * DynamoDB another one for what its framework refused, as kept in https://github.com/architect/dynalite.
 */
export function errorTypeOfTarget({ errorNamespace }: ServiceModel, { shape, code }: WireError): string {
  if (errorNamespace === undefined) return code;
  if (shape) return `${errorNamespace}#${code}`;
  return `com.amazon.coral.${code === 'ValidationException' ? 'validate' : 'service'}#${code}`;
}

function whole(format: DocumentFormat, model: ServiceModel, ids: ResponseIds, body: Printed): RawResponse {
  const headers = idHeaders(format, ids);
  if (body.length > 0 || format.typesEmptyBody) headers['Content-Type'] = format.contentType(model);
  headers['Content-Length'] = `${Buffer.byteLength(body)}`;
  // DynamoDB's clients compare it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
  if (model.crc32) headers['x-amz-crc32'] = `${crc32(body)}`;
  return { status: 200, headers, body };
}

function streaming(
  format: DocumentFormat,
  model: ServiceModel,
  { shape, output }: { readonly shape: StructureShape; readonly output: Fields },
  answered: Answered,
): RawResponse {
  const body = writeEventStream(shape, output, {
    contentType: format.contentType(model),
    print: (event, value) => bytesOf(format.print(structureToDocument(event, value, format.scalars(model)))),
    exception: (error) => {
      const refused = answered.errorOf(error);
      return { code: refused.code, payload: bytesOf(format.print(errorDocument(format.scalars(model), refused))) };
    },
  });
  return { status: 200, headers: { ...idHeaders(format, answered), 'Content-Type': EVENT_STREAM_TYPE }, body };
}

const bytesOf = (printed: Printed): Buffer => (typeof printed === 'string' ? Buffer.from(printed) : printed);

const idHeaders = ({ headers }: DocumentFormat, { requestId, hostId }: ResponseIds): Record<string, string> => ({
  'x-amzn-RequestId': requestId,
  ...(hostId === undefined ? {} : { 'x-amz-id-2': hostId }),
  ...headers,
});

function errorDocument(scalars: Scalars, { shape, members, message, code }: WireError): Fields {
  const modelled = shape ? structureToDocument(shape, members, scalars) : {};
  const isCapital = shape ? shape.byName.has('Message') : code === 'SerializationException';
  return { ...members, ...modelled, [isCapital ? 'Message' : 'message']: message };
}
