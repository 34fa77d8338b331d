import type { PutLogEventsRequest, PutLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { HeadwaterError } from '../../../core/errors.ts';
import type { Operation } from '../../../core/operation.ts';
import { refuseUnsupported, streamNotFound } from '../errors.ts';
import { checkEvents } from '../events/event-checks.ts';
import { storeKey } from '../group/log-group.ts';
import type { LogsService } from '../service.ts';

/** Stores a batch of events. Answers once they are stored, with what their subscribers are owed. */
export const putLogEvents: Operation<LogsService, PutLogEventsRequest, PutLogEventsResponse> = async (
  { groups, logs, ingestion, clock, random },
  input,
  context,
) => {
  refuseUnsupported(input, ['entity']);
  const { logStreamName = '', logEvents = [] } = input;
  const group = await groups.of(input, context);
  const { events, rejected } = checkEvents(group, logEvents, clock.nowMs());
  if (events.length === 0 && !(await logs.stream(storeKey(group), logStreamName))) throw streamNotFound();
  const owe = await ingestion.take(group, logStreamName, events, context.traceHeader).catch((error) => {
    throw error instanceof HeadwaterError && error.code === 'LOG_MISSING' ? streamNotFound() : error;
  });
  await owe();
  // AWS takes any since 2023 and still answers one.
  const nextSequenceToken = `49${random.text(54, '0123456789')}`;
  return { nextSequenceToken, ...(rejected && { rejectedLogEventsInfo: rejected }) };
};
