import { BackendUnavailable } from '../../../core/errors.ts';
import type { EventInbox } from '../../../core/ports/event-inbox.ts';
import type { Lease } from '../../../core/ports/leases.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { ForeignChange } from '../../../core/records/s3-event.ts';
import { untilDone } from '../../../core/waiting/until-done.ts';
import type { CaptureParts, Taken } from './capture-parts.ts';
import { listen } from './listen.ts';
import { foreignChanges } from './notification.ts';
import { createProgress } from './progress.ts';
import { targetSettings } from './subscription.ts';

/** Under this lease one process of a namespace listens. */
const LEASE = 'object-events';

/**
 * Tells of what others do in MinIO. One process listens at a time: first it takes what waits for it, then it looks for what
 * was created while nobody listened, then it waits; and so again after each outage. What it is told of is settled after it
 * was taken, and a creation is written down, so that it is told of once although it can be found in both ways.
 */
export function createCapture(options: CaptureParts): Pick<ObjectStore, 'heed' | 'hear'> {
  const { leases, told, way, inbox } = options;
  const progress = createProgress(options.registry);
  const takers = new Set<Taken>();

  const take = async (change: ForeignChange) => {
    const { modifiedAtMs } = change;
    const creation = modifiedAtMs === undefined ? undefined : { ...change, modifiedAtMs };
    if (creation && (await progress.isTold(creation))) return;
    for (const taken of [...takers]) await taken(change);
    if (creation) await progress.tell(creation);
  };

  const listenAlways = async (signal: AbortSignal) => {
    for (let isOver = false; !isOver; ) {
      const lease = await untilDone(() => leases.hold(LEASE, signal), signal);
      if (!lease) return;
      await listen({ ...options, take, progress }, AbortSignal.any([signal, lease.lost]));
      await endLease(lease);
      isOver = signal.aborted;
    }
  };

  return {
    heed(taken) {
      takers.add(taken);
      const ended = new AbortController();
      if (way === 'none') told(unheard(options.minio.name, inbox), false);
      else void listenAlways(ended.signal);
      return {
        [Symbol.dispose]: () => {
          takers.delete(taken);
          ended.abort(new Error('nobody listens any more'));
        },
      };
    },

    async hear(notification) {
      if (takers.size === 0) throw new BackendUnavailable(options.minio.name, 'nobody takes its notifications yet');
      using _token = options.activity.begin('a notification of MinIO');
      for (const change of foreignChanges(Buffer.from(notification).toString('utf8'))) await take(change);
    },
  };
}

/** A lease that cannot be given back ends by itself. */
async function endLease(lease: Lease): Promise<void> {
  try {
    await lease[Symbol.asyncDispose]();
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
  }
}

const unheard = (name: string, inbox: EventInbox | undefined) =>
  `${name} tells nobody of files that are written straight to it: they set off nothing. Start it with ${
    inbox
      ? targetSettings(inbox.list)
      : 'MINIO_NOTIFY_WEBHOOK_ENABLE_HEADWATER=on and MINIO_NOTIFY_WEBHOOK_ENDPOINT_HEADWATER=<this endpoint>/_headwater/object-events'
  }`;
