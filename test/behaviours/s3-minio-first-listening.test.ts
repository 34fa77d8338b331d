// README.md, "Real backends": a change made straight in MinIO is told of as AWS would, with who made it, which only MinIO's
// notification says. Looking for what was missed is for what nobody could hear.
import { expect, test } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { createCapture } from '../../src/backends/minio/capture/capture.ts';
import type { MinioLink } from '../../src/backends/minio/link.ts';
import type { Listings } from '../../src/backends/minio/object-store/listing.ts';
import type { ObjectRecords } from '../../src/backends/minio/object-store/records.ts';
import { createActivity } from '../../src/core/activity.ts';
import { realClock } from '../../src/core/clock.ts';
import type { EventInbox } from '../../src/core/ports/event-inbox.ts';
import type { ForeignChange } from '../../src/core/records/s3-event.ts';

const modifiedAtMs = Math.floor(realClock.nowMs()) + 60_000;
const notification = JSON.stringify([
  {
    Event: [
      {
        eventName: 's3:ObjectCreated:Put',
        userIdentity: { principalId: 'somebody' },
        s3: {
          bucket: { name: 'b' },
          object: { key: 'k', eTag: 'e', sequencer: (BigInt(modifiedAtMs) * 1_000_000n).toString(16) },
        },
      },
    ],
  },
]);
const SOMEBODY_ELSES = '[{"Event":[]}]';

test('what is written while a namespace listens for the first time is told of by its notification', async () => {
  const waiting = [[SOMEBODY_ELSES]];
  const arriving = [[notification]];
  const inbox = {
    onReturn: () => ({ [Symbol.dispose]: () => {} }),
    settle: async () => {},
    waiting: async () => ({ texts: waiting.shift() ?? [], behind: 0 }),
    async next(signal: AbortSignal) {
      const texts = arriving.shift();
      if (!texts) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return { texts: texts ?? [], behind: 0 };
    },
  } as unknown as EventInbox;
  const stored = { bucket: 'b', key: 'k', versionId: 'null', size: 1, etag: 'e', deleteMarker: false, headers: {} };
  const capture = createCapture({
    minio: { name: 'MinIO', onReturn: () => ({ [Symbol.dispose]: () => {} }) } as unknown as MinioLink,
    ...{ inbox, way: 'redis', registry: openRegistry(openMemoryStore()), leases: openLeases() },
    ...{ activity: createActivity(), told: () => {}, records: {} as ObjectRecords, buckets: async () => ['b'] },
    listings: {
      async *stored() {
        yield [{ ...stored, modifiedAtMs }];
      },
    } as unknown as Listings,
  });
  const taken: ForeignChange[] = [];
  using _heeding = capture.heed(async (change) => void taken.push(change));
  await expect.poll(() => taken).toHaveLength(1);
  expect(taken).toMatchObject([{ bucket: 'b', key: 'k', principalId: 'somebody' }]);
});
