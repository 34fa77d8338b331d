import { MINUTE } from '../clock.ts';

/**
 * When a tenant of a fair queue is noisy: with more than this share of the messages in flight and at least so many of
 * them, until it has sent nothing for a while.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export const NOISY = { share: 0.1, inFlight: 30, untilSilentMs: 5 * MINUTE } as const;
