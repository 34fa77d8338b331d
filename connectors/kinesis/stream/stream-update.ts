import { inUse } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { type Stream, statusOf } from './stream.ts';

/** What updating a stream works on. */
export type Updatable = Pick<KinesisService, 'directory' | 'clock' | 'timing'>;

/**
 * Changes a stream that is at rest; it takes records all the while. AWS refuses while it is created, deleted or changed already.
 * @param decide what becomes of it; refuses where that cannot be
 */
export async function updateStream(
  { directory, clock, timing }: Updatable,
  stream: Stream,
  decide: (current: Stream, nowMs: number) => Stream,
): Promise<Stream> {
  return await directory.change(stream, (current) => {
    const nowMs = clock.nowMs();
    checkActive(current, nowMs);
    const untilMs = nowMs + timing.streamStateDelayMs;
    return { ...decide(current, nowMs), passing: { status: 'UPDATING', untilMs } };
  });
}

function checkActive(stream: Stream, nowMs: number): void {
  const status = statusOf(stream, nowMs);
  if (status === 'ACTIVE') return;
  throw inUse(`Stream ${stream.name} under account ${stream.account} not ACTIVE, instead in state ${status}`);
}
