import type { Scope } from './arn.ts';

/** What the gateway knows of a call beside its input. */
export interface RequestContext extends Scope {
  readonly requestId: string;
  /** Scheme and authority as the client sees them, e.g. `http://localhost:4566`: the base of URLs we hand out. */
  readonly origin: string;
  readonly caller: Caller;
  readonly sourceIp: string;
  /** Request headers, lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly protocol: 'json' | 'query' | 'rest-json' | 'rest-xml' | 'cbor' | 'rpc-cbor';
  /** The `x-amz-id-2` that S3 and Kinesis answer with; S3 writes it into its event records. */
  readonly hostId?: string | undefined;
  /** The incoming `X-Amzn-Trace-Id`: what ties an event to the invocation that caused it. */
  readonly traceHeader: string | undefined;
  /** Aborted when the client goes away or the gateway stops. */
  readonly signal: AbortSignal;
}

/** Who called. Nobody is refused for lack of a policy; the identity appears in records. */
export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  readonly userId: string;
}

/**
 * One AWS operation: `(service, input, context) → output`. Input and output are the SDK's shapes; streaming bodies are
 * async iterables of bytes, other blobs `Uint8Array`, timestamps `Date`, event streams async iterables of `{ EventName: … }`.
 * Refusals are thrown as `ServiceError`, by such a stream too.
 */
export type Operation<Service, Input, Output> = (
  service: Service,
  input: Input,
  context: RequestContext,
) => Promise<Output>;

/** A body that streams in or out; the gateway never holds it whole. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Key under which a request body carries its trailing headers; read them with {@link trailersOf}. */
export const trailers: unique symbol = Symbol('trailers');

/**
 * The headers that followed a body sent as `aws-chunked` with `x-amz-trailer`, lower-case names; complete only once the
 * body has been read to its end. The gateway has checked their signature. A checksum's value is compared by who consumes
 * the body, since it computes the checksum anyway.
 */
export function trailersOf(body: ByteStream | undefined): Readonly<Record<string, string>> {
  return (body as { readonly [trailers]?: Readonly<Record<string, string>> } | undefined)?.[trailers] ?? {};
}

/** An operation bound to its service, as the gateway calls it. */
export type BoundOperation = (input: Record<string, unknown>, context: RequestContext) => Promise<unknown>;

/** One AWS API as the gateway serves it. */
export interface ServiceApi {
  /** The name of its model in `src/gateway/models`, e.g. `sqs`. */
  readonly name: string;
  /** The operation of that name, or `undefined` when we do not do it. Its file is loaded on the first call. */
  operation(name: string): Promise<BoundOperation | undefined>;
  /** Sees each HTTP request of this service before the model does: browser forms and CORS, which no model holds. */
  readonly intercept?: Intercept;
}

/** An HTTP request before any model is applied. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: ByteStream;
}

/** An HTTP answer after any model was applied. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is sent as UTF-8, in one piece with the headers. */
  readonly body?: string | Uint8Array | ByteStream;
}

/** `next` answers by the model; the interceptor may answer itself or change what `next` gave. */
export type Intercept = (
  request: RawRequest,
  context: RequestContext,
  next: () => Promise<RawResponse>,
) => Promise<RawResponse>;

/** Key under which an output sets the HTTP status or headers that no model member holds. */
export const http: unique symbol = Symbol('http');

/** What an output carries beside its members. */
export interface HttpOverride {
  readonly [http]?: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** The files of an `api/` folder, one operation each; see `src/package-files.ts`. */
export interface OperationFiles {
  /** File names without extension, e.g. `send-message`. */
  readonly names: ReadonlySet<string>;
  load(name: string): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Serves the operations of an `api/` folder: `SendMessage` is `sendMessage` in `send-message.ts`, loaded on its first call.
 * Adding an operation is adding that file.
 */
export function serviceApi<Service>(options: {
  readonly name: string;
  readonly service: Service;
  readonly operations: OperationFiles;
  readonly intercept?: Intercept;
}): ServiceApi {
  const bound = new Map<string, BoundOperation>();
  return {
    name: options.name,
    ...(options.intercept ? { intercept: options.intercept } : {}),
    async operation(name) {
      const known = bound.get(name);
      if (known) return known;
      const file = kebabCase(name);
      if (!options.operations.names.has(file)) return undefined;
      const exported = (await options.operations.load(file))[name.charAt(0).toLowerCase() + name.slice(1)];
      const run = exported as Operation<Service, unknown, unknown>;
      const operation: BoundOperation = (input, context) => run(options.service, input, context);
      bound.set(name, operation);
      return operation;
    },
  };
}

function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}
