import { HOUR, MINUTE, SECOND } from './clock.ts';

/**
 * Every wait that AWS imposes, by name, in milliseconds on the clock. Waits that change outcomes default to AWS's values;
 * waits that are only latency default to none (see `awsTiming`).
 */
export interface Timing {
  /** Delays before the second and third attempt of an asynchronous invocation. */
  readonly asyncRetryDelaysMs: readonly number[];
  /** First delay after a throttled asynchronous attempt; doubles each time. */
  readonly asyncThrottleFirstDelayMs: number;
  readonly asyncThrottleMaxDelayMs: number;
  /** First delay after a throttled batch of a mapping; doubles until the source takes the batch back. */
  readonly mappingThrottleFirstDelayMs: number;
  readonly mappingThrottleMaxDelayMs: number;
  /** How long a mapping's state change takes (Creating → Enabled and their kin). */
  readonly mappingStateDelayMs: number;
  /** How long a function stays Pending, or an update InProgress. */
  readonly functionStateDelayMs: number;
  /** Pause between two polls of an idle source: latency only. */
  readonly pollCadenceMs: number;
  /** SQS pollers: concurrent batches at start, growth per minute, ceiling. */
  readonly sqsInitialConcurrency: number;
  readonly sqsConcurrencyPerMinute: number;
  readonly sqsMaximumConcurrency: number;
  readonly sqsDeduplicationMs: number;
  readonly sqsReceiveAttemptMs: number;
  readonly sqsPurgePauseMs: number;
  readonly sqsRecreatePauseMs: number;
  /** Pause between two polls of a shard by a mapping: latency only. */
  readonly kinesisPollCadenceMs: number;
  readonly dynamodbPollCadenceMs: number;
  /** First delay after a failed batch of a stream; doubles. Recorded: eight attempts within 60 s. */
  readonly streamRetryFirstDelayMs: number;
  readonly streamRetryMaxDelayMs: number;
  /** How long a stream stays CREATING, UPDATING or DELETING, and a consumer CREATING. */
  readonly streamStateDelayMs: number;
  /** How long a table stays CREATING, UPDATING or DELETING, and its stream or an index on the way. */
  readonly tableStateDelayMs: number;
  /** How long an item outlives its TTL attribute. */
  readonly ttlLagMs: number;
  /** How long a replay stays STARTING. */
  readonly replayStateDelayMs: number;
  /** When a table's stream goes on in a new shard. */
  readonly tableShardLifeMs: number;
}

/** The defaults: AWS's values where they change what happens, none where they only make one wait. */
export const promptTiming: Timing = {
  asyncRetryDelaysMs: [MINUTE, 2 * MINUTE],
  asyncThrottleFirstDelayMs: SECOND,
  asyncThrottleMaxDelayMs: 5 * MINUTE,
  mappingThrottleFirstDelayMs: SECOND,
  mappingThrottleMaxDelayMs: MINUTE,
  mappingStateDelayMs: 0,
  functionStateDelayMs: 0,
  pollCadenceMs: 0,
  sqsInitialConcurrency: 5,
  sqsConcurrencyPerMinute: 300,
  sqsMaximumConcurrency: 1250,
  sqsDeduplicationMs: 5 * MINUTE,
  sqsReceiveAttemptMs: 5 * MINUTE,
  sqsPurgePauseMs: MINUTE,
  sqsRecreatePauseMs: MINUTE,
  kinesisPollCadenceMs: 0,
  dynamodbPollCadenceMs: 0,
  streamRetryFirstDelayMs: SECOND / 2,
  streamRetryMaxDelayMs: 20 * SECOND,
  streamStateDelayMs: 0,
  tableStateDelayMs: 0,
  ttlLagMs: 0,
  replayStateDelayMs: 0,
  tableShardLifeMs: 4 * HOUR,
};

/** `--timing aws`: the latencies too. */
export const awsTiming: Timing = {
  ...promptTiming,
  mappingStateDelayMs: 10 * SECOND,
  functionStateDelayMs: 2 * SECOND,
  pollCadenceMs: 100,
  kinesisPollCadenceMs: SECOND,
  dynamodbPollCadenceMs: SECOND / 4,
  streamStateDelayMs: 5 * SECOND,
  tableStateDelayMs: 5 * SECOND,
  ttlLagMs: 10 * MINUTE,
  replayStateDelayMs: MINUTE,
};
