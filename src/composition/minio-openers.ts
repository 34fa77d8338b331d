import type { MinioLink } from '../backends/minio/link.ts';
import { openObjectStore } from '../backends/minio/object-store/object-store.ts';
import { untilThere } from '../core/waiting/until-there.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports on MinIO, whose events come by Redis where that is there, too. */
export const minioOpeners = (
  { clock, random, activity, told, deadlineMs, backends: { redis } }: PortParts,
  minio: MinioLink,
): Pick<Openers, 'objects'> => ({
  async objects({ registry, leases }) {
    const inbox =
      redis && (await (await import('../backends/redis/event-inbox/event-inbox.ts')).openEventInbox({ link: redis }));
    const parts = { minio, registry, leases, clock, random, activity, inbox, told };
    // It asks MinIO which targets it has; one that has just started looks for them first.
    return await untilThere(() => openObjectStore(parts), deadlineMs);
  },
});
