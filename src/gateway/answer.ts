import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Journal, traceIdOf } from '../core/journal.ts';
import type { BoundOperation, HttpOverride, RawRequest, RawResponse, ServiceApi } from '../core/operation.ts';
import { http } from '../core/operation.ts';
import { awsJson } from './codecs/aws-json.ts';
import { awsQuery } from './codecs/aws-query.ts';
import { awsCbor } from './codecs/cbor/aws-cbor.ts';
import { rpcV2Cbor } from './codecs/cbor/rpc-v2-cbor.ts';
import type { Answered, Codec } from './codecs/codec.ts';
import { type LoadedModel, structureOf } from './codecs/loaded-model.ts';
import { restJson } from './codecs/rest-json.ts';
import { restXml } from './codecs/rest-xml.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { asServiceError, recordFault } from './fault.ts';
import { isClientGone } from './http/client-gone.ts';
import { sendResponse } from './http/send-response.ts';
import type { Route } from './route.ts';
import { prepareModel } from './schema/loaded-models.ts';
import { validate } from './schema/validate.ts';
import { authenticate, checkPresigned } from './signature/authenticate.ts';
import type { Dialect } from './signature/refusal.ts';
import type { Surroundings } from './surroundings.ts';
import { unserved, unsupported } from './unsupported.ts';
import { type WireError, wireErrorOf } from './wire-error.ts';

const CODECS: Readonly<Record<Route['protocol'], Codec>> = {
  json: awsJson,
  query: awsQuery,
  'rest-json': restJson,
  'rest-xml': restXml,
  cbor: awsCbor,
  'rpc-cbor': rpcV2Cbor,
};

const DIALECTS: Readonly<Record<Route['protocol'], Dialect>> = {
  json: 'json',
  query: 'query',
  'rest-json': 'rest-json',
  'rest-xml': 's3',
  cbor: 'json',
  'rpc-cbor': 'json',
};

/** A call with all that answering it takes. */
interface Answering {
  readonly exchange: Exchange;
  readonly api: ServiceApi | undefined;
  readonly loaded: LoadedModel;
  readonly codec: Codec;
  readonly journal: Journal;
  /** For the journal, once it is known. */
  operation: string;
}

/** Answers one request of an AWS client; never rejects. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
  surroundings: Surroundings,
): Promise<void> {
  const { journal } = surroundings;
  let waits = expectsContinue;
  const beforeReading = () => {
    if (waits) response.writeContinue();
    waits = false;
  };
  try {
    const incoming = { request, response, beforeReading: expectsContinue ? beforeReading : undefined };
    const exchange = await openExchange(incoming, surroundings);
    const answering = await prepare(exchange, surroundings);
    const answered = await respond(answering, surroundings);
    const { context, route } = exchange;
    journal.append({
      kind: 'request',
      what: `${route.service} ${answering.operation} ${answered.status}`,
      requestId: context.requestId,
      traceId: traceIdOf(context.traceHeader),
    });
    // A client that never sent its body may not use the connection again: the next request would be read as that body.
    if (waits && request.httpVersionMajor === 1) response.shouldKeepAlive = false;
    await sendResponse(response, answered);
  } catch (error) {
    if (!isClientGone(response)) recordFault(journal, error, undefined);
    // The client then sees that the body is not whole.
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'Content-Length': '0' }).end();
  }
}

async function prepare(exchange: Exchange, surroundings: Surroundings): Promise<Answering> {
  const { service, protocol } = exchange.route;
  const api = surroundings.apis.get(service);
  const model = api ? surroundings.models(service) : emptyModel(service);
  return {
    exchange,
    api,
    loaded: model instanceof Promise ? await model : model,
    codec: CODECS[protocol],
    journal: surroundings.journal,
    operation: exchange.call.method,
  };
}

/** Stands for an API that we do not serve, so that the refusal has its wire format. */
const emptyModel = (service: string) =>
  prepareModel({ service, version: '', protocol: 'awsJson1_0', validated: false, operations: {}, shapes: {} });

async function respond(answering: Answering, surroundings: Surroundings): Promise<RawResponse> {
  const { api, exchange } = answering;
  const next = () => answerByModel(answering, surroundings);
  if (!api?.intercept) return await next();
  try {
    return await api.intercept(rawRequestOf(exchange), exchange.context, next);
  } catch (error) {
    return errorResponse(answering, error);
  }
}

/** The path in path style, whichever the client used. */
function rawRequestOf({ call }: Exchange): RawRequest {
  const path = call.bucket ? `/${call.bucket}${call.path}` : call.path;
  return {
    method: call.method,
    path,
    query: call.query,
    headers: call.headers,
    get body() {
      return call.body.stream();
    },
  };
}

async function answerByModel(answering: Answering, surroundings: Surroundings): Promise<RawResponse> {
  try {
    await verifySender(answering.exchange, surroundings);
    return await callOperation(answering);
  } catch (error) {
    return errorResponse(answering, error);
  }
}

async function verifySender(exchange: Exchange, { credentials }: Surroundings): Promise<void> {
  checkPresigned(exchange.signature, exchange.call.query, exchange.route.service === 's3');
  if (!credentials.verify) return;
  const { call, wire, signature, hostBucket, route } = exchange;
  const dialect = DIALECTS[route.protocol];
  exchange.chunks.verifier = await authenticate(
    { ...wire, query: call.query, hostBucket, body: call.body, signature, dialect },
    credentials,
  );
}

async function callOperation(answering: Answering): Promise<RawResponse> {
  const { codec, loaded, exchange } = answering;
  const { call, context, route } = exchange;
  if (!answering.api) throw unserved(route);
  const chosen = codec.select(loaded, call);
  const selected = chosen instanceof Promise ? await chosen : chosen;
  answering.operation = selected.name;
  const operation = await knownOperation(answering, answering.api, selected.name);
  const input = await codec.readInput(loaded, selected, call);
  const shape = loaded.model.validated ? structureOf(loaded, selected.operation.input) : undefined;
  if (shape) validate(shape, input, invalidCode(loaded, route));
  const output = ((await operation(input, context)) ?? {}) as Readonly<Record<string, unknown>> & HttpOverride;
  const response = codec.writeOutput(loaded, selected, output, answeredBy(answering));
  const override = output[http];
  if (!override) return response;
  return {
    ...response,
    status: override.status ?? response.status,
    headers: { ...response.headers, ...override.headers },
  };
}

/** What AWS calls an input that breaks the model's constraints. */
function invalidCode({ model }: LoadedModel, { protocol }: Route): string {
  return model.invalidCode ?? (protocol === 'query' ? 'ValidationError' : 'ValidationException');
}

async function knownOperation(answering: Answering, api: ServiceApi, name: string): Promise<BoundOperation> {
  const operation = await api.operation(name);
  if (operation) return operation;
  const { route, context } = answering.exchange;
  answering.journal.append({
    kind: 'fault',
    what: `${route.service} ${name} is not implemented`,
    requestId: context.requestId,
  });
  throw unsupported(route, name);
}

function answeredBy(answering: Answering): Answered {
  const { requestId, hostId } = answering.exchange.context;
  return { requestId, hostId, errorOf: (error) => completeError(answering, error) };
}

function errorResponse(answering: Answering, error: unknown): RawResponse {
  const { codec, loaded, exchange } = answering;
  return codec.writeError(loaded, completeError(answering, error), exchange.context);
}

function completeError({ loaded, exchange, journal }: Answering, error: unknown): WireError {
  const { context, route } = exchange;
  return wireErrorOf(asServiceError(error, journal, { service: route.service, requestId: context.requestId }), loaded);
}
