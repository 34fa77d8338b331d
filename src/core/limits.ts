/**
 * AWS's quotas that more than one part of Headwater asks for, each with its unit in its name and the page it comes from.
 * A quota that only one connector knows lives beside the code that enforces it.
 */
export const limits = {
  /** Request and response of a synchronous invocation. docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  syncPayloadBytes: 6 * 1024 * 1024,
  /** Payload of an asynchronous invocation (1 MB since October 2025). Same page. */
  asyncPayloadBytes: 1024 * 1024,
  /** Concurrent executions of an account in a region. Same page. */
  accountConcurrency: 1000,
  /** What reservations must leave. docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
  unreservedConcurrency: 100,
  /** `MaximumRetryAttempts` of asynchronous invocation. docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
  asyncRetryAttempts: 2,
  /** `MaximumEventAgeInSeconds` of asynchronous invocation: 60 s to 6 h. Same page. */
  asyncEventAgeMs: 6 * 60 * 60 * 1000,
  /** `ErrorMessage` of a dead letter. docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  deadLetterErrorMessageBytes: 1024,
  /** Request and response of a failure that a topic is told of. …/dg/invocation-async-retain-records.html */
  destinationTopicBytes: 256 * 1024,
  /** Batch of a queue without a batching window, and of any FIFO queue. docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
  sqsBatchSizeWithoutWindow: 10,
  /** Filters of one event source mapping. docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
  mappingFilters: 5,
  /** Characters of one filter pattern. Same page. */
  mappingFilterPatternCharacters: 4096,
  /** Concurrent invocations of one event poller in provisioned mode. docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  sqsInvocationsPerProvisionedPoller: 10,
  /** Further concurrent invocations a minute in provisioned mode. Same page. */
  sqsProvisionedConcurrencyPerMinute: 1000,
  /** All entries of one PutEvents together (1 MB since 2026). docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
  eventBytes: 1024 * 1024,
} as const;
