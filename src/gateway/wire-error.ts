import { ServiceError } from '../core/errors.ts';
import type { LoadedModel } from './codecs/loaded-model.ts';
import { structureOf } from './codecs/loaded-model.ts';
import type { StructureShape } from './schema/shape.ts';

/** An error with all that the model says of it, ready for any codec. */
export interface WireError {
  /** The name of its shape, or the bare code. */
  readonly code: string;
  /** The code in the query protocol. */
  readonly queryCode: string;
  readonly message: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly shape: StructureShape | undefined;
}

/** Codes of AWS's framework, which no model holds: as JSON names them, as the query protocol does. */
const FRAMEWORK_CODES: readonly (readonly [json: string, query: string])[] = [
  ['InvalidParameterValueException', 'InvalidParameterValue'],
  ['MissingRequiredParameterException', 'MissingParameter'],
  ['UnrecognizedClientException', 'InvalidClientTokenId'],
  ['InvalidSignatureException', 'SignatureDoesNotMatch'],
  ['MissingAuthenticationTokenException', 'MissingAuthenticationToken'],
  ['UnknownOperationException', 'InvalidAction'],
];

/** Completes a service's error from the model. */
export function wireErrorOf(error: ServiceError, loaded: LoadedModel): WireError {
  const { options } = error;
  const shape = errorShape(loaded, error.code);
  const traits = shape?.error;
  const fault = (options.receiverFault ?? traits?.fault === 'Receiver') ? 'Receiver' : 'Sender';
  const status = options.status ?? traits?.status ?? (fault === 'Receiver' ? 500 : 400);
  const frame = loaded.model.queryCompatible ? FRAMEWORK_CODES.find((codes) => codes.includes(error.code)) : undefined;
  return {
    code: frame?.[0] ?? shape?.name ?? error.code,
    queryCode: options.queryCode ?? frame?.[1] ?? traits?.queryCode ?? error.code,
    message: error.message,
    status,
    fault: options.receiverFault === undefined && status >= 500 ? 'Receiver' : fault,
    members: options.members ?? {},
    headers: options.headers ?? {},
    shape,
  };
}

/** The code of a fault of ours where the model has none for it. */
export const INTERNAL_FAILURE = 'InternalFailure';
/** What the services that model a fault of their own call it. */
const INTERNAL_SHAPES = ['InternalFailureException', 'InternalServerError'];
const byQueryCode = new WeakMap<LoadedModel, ReadonlyMap<string, string>>();

/** Looks an error up by the name of its shape, else by its query code (`NoSuchEntity` is `NoSuchEntityException`). */
function errorShape(loaded: LoadedModel, code: string): StructureShape | undefined {
  for (const name of code === INTERNAL_FAILURE ? INTERNAL_SHAPES : [code]) {
    const direct = structureOf(loaded, name);
    if (direct?.error) return direct;
  }
  let names = byQueryCode.get(loaded);
  if (!names) {
    const pairs = Object.entries(loaded.model.shapes).flatMap(([name, { error }]) =>
      error?.queryCode ? [[error.queryCode, name] as const] : [],
    );
    names = new Map(pairs);
    byQueryCode.set(loaded, names);
  }
  return structureOf(loaded, names.get(code));
}

/** What a caller learns when we are at fault: nothing of the inside. */
export const internalFailure = () =>
  new ServiceError(INTERNAL_FAILURE, 'The request processing has failed because of an unknown error.', {
    status: 500,
  });

/**
 * What a caller learns while a backend is away: it may try again, as all SDKs do by themselves after a 503. Code and text
 * are those of the errors that all services have in common; S3 has a text of its own.
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html,
 * docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function serviceUnavailable(service: string): ServiceError {
  const temporary = 'The request has failed due to a temporary failure of the server.';
  const message = service === 's3' ? 'Service is unable to handle request.' : temporary;
  return new ServiceError('ServiceUnavailable', message, { status: 503 });
}

/** A body shorter than announced. */
export const incompleteBody = () =>
  new ServiceError('IncompleteBody', 'The request body terminated unexpectedly', { status: 400 });
