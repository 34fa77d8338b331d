import { HOUR } from '../clock.ts';

/**
 * A message is hidden for at most so long after it was received, however often that is prolonged.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export const MAX_VISIBILITY_MS = 12 * HOUR;
