/**
 * A broken promise or a mistake of the user's, with a code that does not change. `fault` says whose it is; the command
 * line exits with 2 for the user's and 1 for ours.
 */
export class HeadwaterError extends Error {
  readonly code: string;
  readonly fault: 'user' | 'headwater';

  constructor(
    code: string,
    message: string,
    options: { readonly fault?: 'user' | 'headwater'; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HeadwaterError';
    this.code = code;
    this.fault = options.fault ?? 'user';
  }
}

/** A real backend that does not answer: what was asked of it may have happened or not. */
export class BackendUnavailable extends HeadwaterError {
  /** What people call it, without secrets: `Redis at 127.0.0.1:6379`. */
  readonly backend: string;
  /** The reason alone. */
  readonly why: string;

  constructor(backend: string, why: string, options: { readonly cause?: unknown } = {}) {
    super('BACKEND_UNAVAILABLE', `${backend} is not available: ${why}`, { ...options, fault: 'user' });
    this.name = 'BackendUnavailable';
    this.backend = backend;
    this.why = why;
  }
}

/** A real backend that answers, and will not do as it is: waiting does not help. */
export class BackendRefused extends HeadwaterError {
  /** @param refusal what it is and what to do about it, without secrets: `refuses the keys in its URL; correct them` */
  constructor(backend: string, refusal: string, options: { readonly cause?: unknown } = {}) {
    super('BACKEND_REFUSED', `${backend} ${refusal}`, options);
    this.name = 'BackendRefused';
  }
}

/** What a {@link ServiceError} carries beside its code and message. */
export interface ServiceErrorOptions {
  /** HTTP status; by default what the model says of the code, else 400. */
  readonly status?: number;
  /** The `<Code>` of the query protocol where it differs from the JSON one and the model does not say so (SQS). */
  readonly queryCode?: string;
  /** Further members of the error body, as AWS names them, e.g. `{ BucketName: 'b' }`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the service, not the caller, is at fault. By default true for status 500 and above. */
  readonly receiverFault?: boolean;
}

/** An error that AWS itself answers with: its own code and text go onto the wire as they are. */
export class ServiceError extends Error {
  /** The error's shape name in the model where it has one, else its bare code, e.g. `NoSuchBucket`. */
  readonly code: string;
  readonly options: ServiceErrorOptions;

  constructor(code: string, message: string, options: ServiceErrorOptions = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.options = options;
  }
}
