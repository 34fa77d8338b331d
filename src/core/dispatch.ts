import type { Arn } from './arn.ts';
import type { EventSourceKind } from './event.ts';
import type { FunctionSpec } from './function.ts';

/** One invocation as its trigger asks for it. */
export interface InvokeRequest {
  /** As the caller qualified it; the function sees it so in its context. */
  readonly functionArn: Arn;
  readonly payload: Uint8Array;
  readonly requestId: string;
  readonly trigger: EventSourceKind;
  /** Base64 JSON, as it came in. */
  readonly clientContext?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** Ids of the events in the payload, for the journal. */
  readonly eventIds: readonly string[];
}

/** What an invocation came to. A union on `kind`: what user code may do is a value, never an exception. */
export type InvokeOutcome =
  | { readonly kind: 'ok'; readonly payload: Uint8Array; readonly report: InvokeReport }
  | { readonly kind: 'function-error'; readonly payload: Uint8Array; readonly report: InvokeReport }
  | { readonly kind: 'throttled'; readonly reason: ThrottleReason }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly status: number };

/** `Reason` of `TooManyRequestsException`. */
export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionInvocationRateLimitExceeded';

/** The figures of the REPORT line, and the tail of the log. */
export interface InvokeReport {
  readonly durationMs: number;
  readonly billedMs: number;
  /** Only on a cold start. */
  readonly initMs?: number;
  readonly maxMemoryMb: number;
  /** The resolved version: `$LATEST` or a number. */
  readonly executedVersion: string;
  /** The last 4 KB of the invocation's log. */
  readonly logTail: string;
  /** `timeout`, or the platform's error type, as the REPORT line shows it. */
  readonly status?: string;
}

/** The only door to invocation: concurrency, throttling, the asynchronous queue, retries and destinations. */
export interface Dispatcher {
  /** RequestResponse: runs now; throttles and function errors come back as outcomes. */
  invoke(request: InvokeRequest, signal: AbortSignal): Promise<InvokeOutcome>;
  /** Event: resolves once the invocation is stored (AWS's 202); retried and delivered on later. */
  enqueue(request: InvokeRequest): Promise<void>;
}

/** Owns execution environments and runs one invocation in one of them. */
export interface Invoker extends AsyncDisposable {
  /** How many environments the host runs at most; an invocation beyond that waits for one. Mappings do not poll past it. */
  readonly capacity: number;
  /** `real time` rules the function's timeout. Never rejects for what the function does. */
  invoke(
    spec: FunctionSpec,
    request: InvokeRequest,
  ): Promise<Extract<InvokeOutcome, { kind: 'ok' | 'function-error' }>>;
  /** Whether and how this machine can run the identifier; `undefined` when no interpreter is there. */
  support(runtime: string): Promise<RuntimeSupport | undefined>;
  /** Ends idle environments of a function whose code or configuration changed, or which was deleted. */
  retire(functionArn: Arn): Promise<void>;
}

/** What runs a runtime identifier on this machine. */
export interface RuntimeSupport {
  /** Path of the interpreter or `bootstrap`. */
  readonly path: string;
  /** Its version, e.g. `20.19.4`; absent for `provided.*`. */
  readonly version?: string;
  /** Whether it is the version that the identifier names. */
  readonly exact: boolean;
}
