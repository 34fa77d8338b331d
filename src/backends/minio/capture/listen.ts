import { realClock, SECOND, sleep } from '../../../core/clock.ts';
import { BackendUnavailable } from '../../../core/errors.ts';
import type { WaitingNotifications } from '../../../core/ports/event-inbox.ts';
import type { ForeignChange } from '../../../core/records/s3-event.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import type { CaptureParts, Taken } from './capture-parts.ts';
import { eachInOrder } from './each-in-order.ts';
import { foreignChanges } from './notification.ts';
import type { Progress } from './progress.ts';
import { missedCreations } from './reconcile.ts';

/** What listening needs. */
export interface Listening extends CaptureParts {
  readonly take: Taken;
  readonly progress: Progress;
}

const AGAIN = { firstMs: 50, maxMs: SECOND };

/** Takes what comes until the signal is aborted; what fails because a backend is away is done again when it is back. */
export async function listen(listening: Listening, signal: AbortSignal): Promise<void> {
  const { inbox, minio } = listening;
  let missed = new AbortController();
  const miss = () => missed.abort(new Error('something may have been missed'));
  using _minio = minio.onReturn(miss);
  using _inbox = inbox?.onReturn(miss);
  miss();
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (missed.signal.aborted) {
        missed = new AbortController();
        await catchUp(listening, signal);
      }
      const waiting = AbortSignal.any([signal, missed.signal]);
      if (inbox) await takeAll(listening, await inbox.next(waiting));
      else await aborted(waiting);
      failures = 0;
    } catch (error) {
      miss();
      failures += 1;
      if (!(error instanceof BackendUnavailable)) listening.told(`${minio.name}: ${(error as Error).message}`, true);
      await sleep(realClock, backOffMs(failures, AGAIN), signal).catch(() => {});
    }
  }
}

/** First what waits to be taken, so that what is found then was told of nowhere. */
async function catchUp(listening: Listening, signal: AbortSignal): Promise<void> {
  const { inbox, activity, progress, listings, minio, told } = listening;
  using _token = activity.begin('what others did in MinIO meanwhile');
  const isFirst = (await progress.toldUntil()) === undefined;
  for (let waiting = await inbox?.waiting(); waiting?.texts.length; waiting = await inbox?.waiting()) {
    await takeAll(listening, waiting);
    if (signal.aborted) return;
  }
  const startedAtMs = realClock.nowMs();
  let found = 0;
  const buckets = await listening.buckets();
  // Who has never listened has missed nothing: what is found now will be told of, with all that is known of it.
  for await (const change of missedCreations({ ...listening, listings, signal }, isFirst ? [] : buckets)) {
    await takeOne(listening, change);
    found += 1;
  }
  if (signal.aborted) return;
  await progress.advance(startedAtMs);
  if (found === 0) return;
  const what = found === 1 ? '1 object that was' : `${found} objects that were`;
  told(`${minio.name}: found ${what} written while nobody listened; removals in that time cannot be found`, false);
}

async function takeAll(listening: Listening, notifications: WaitingNotifications): Promise<void> {
  const { texts } = notifications;
  if (texts.length === 0) return;
  const startedAtMs = realClock.nowMs();
  using _token = listening.activity.begin('events of MinIO');
  await eachInOrder(texts.flatMap(foreignChanges), (change) => takeOne(listening, change));
  await listening.inbox?.settle(notifications);
  await listening.progress.advance(startedAtMs);
}

/** What fails for another reason than a backend would fail again. */
async function takeOne({ take, told, minio }: Listening, change: ForeignChange): Promise<void> {
  try {
    await take(change);
  } catch (error) {
    if (error instanceof BackendUnavailable) throw error;
    const what = `${change.name} ${change.bucket}/${change.key}`;
    told(`${minio.name}: ${what} set off nothing: ${(error as Error).message}`, true);
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
