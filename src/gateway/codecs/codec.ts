import type { RawResponse } from '../../core/operation.ts';
import type { RequestBody } from '../http/request-body.ts';
import type { OperationModel } from '../schema/model.ts';
import type { WireError } from '../wire-error.ts';
import type { LoadedModel } from './loaded-model.ts';

/** A request as codecs see it: decoded from `aws-chunked`, the bucket taken out. */
export interface Call {
  readonly method: string;
  /** Percent-encoded; below the bucket for S3. */
  readonly path: string;
  readonly bucket: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: RequestBody;
}

/** The operation that a request calls. */
export interface Selected {
  readonly name: string;
  readonly operation: OperationModel;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The ids that an answer carries. */
export interface ResponseIds {
  readonly requestId: string;
  /** `x-amz-id-2`, of S3 and Kinesis. */
  readonly hostId?: string | undefined;
}

/** What an answer to a call that went well is written with. */
export interface Answered extends ResponseIds {
  /** Completes an error that ends a stream of events. */
  errorOf(error: unknown): WireError;
}

/** One wire format. A further one is a further object of this type. */
export interface Codec {
  /** Finds the operation; throws AWS's refusal when the model holds none. */
  select(loaded: LoadedModel, call: Call): Selected | Promise<Selected>;
  readInput(
    loaded: LoadedModel,
    selected: Selected,
    call: Call,
  ): Record<string, unknown> | Promise<Record<string, unknown>>;
  writeOutput(
    loaded: LoadedModel,
    selected: Selected,
    output: Readonly<Record<string, unknown>>,
    answered: Answered,
  ): RawResponse;
  writeError(loaded: LoadedModel, error: WireError, ids: ResponseIds): RawResponse;
}
