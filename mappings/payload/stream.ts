import type { Arn } from '../../src/core/arn.ts';

/** What a record's JSON tells beside the record itself. */
export interface RecordContext {
  /** As the mapping names its source: a stream, or a consumer of one. */
  readonly sourceArn: Arn;
  readonly region: string;
  /** The function's role. */
  readonly roleArn: string;
}

/** What an event of a tumbling window tells beside its records. */
export interface WindowFacts {
  readonly startMs: number;
  readonly endMs: number;
  /** JSON, as the function last returned it. */
  readonly state: string;
  readonly shardId: string;
  readonly sourceArn: Arn;
  /** The window is over: nothing more is added to it. */
  readonly final: boolean;
  readonly terminatedEarly: boolean;
}

/**
 * The event of an invocation within a tumbling window.
 * docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export function windowPayload(records: readonly string[], window: WindowFacts): Uint8Array {
  return Buffer.from(
    `{"Records":[${records.join(',')}],"window":{"start":"${wholeSeconds(window.startMs)}","end":"${wholeSeconds(window.endMs)}"},` +
      `"state":${window.state},"shardId":${JSON.stringify(window.shardId)},"eventSourceARN":${JSON.stringify(window.sourceArn)},` +
      `"isFinalInvokeForWindow":${window.final},"isWindowTerminatedEarly":${window.terminatedEarly}}`,
  );
}

/** An instant without its milliseconds: `2019-11-14T00:13:19Z`. */
export const wholeSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
