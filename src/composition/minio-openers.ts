import type { MinioLink } from '../backends/minio/link.ts';
import { openObjectStore } from '../backends/minio/object-store/object-store.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports on MinIO, whose events come by Redis where that is there, too. */
export const minioOpeners = (
  { clock, random, activity, told, backends: { redis } }: PortParts,
  minio: MinioLink,
): Pick<Openers, 'objects'> => ({
  async objects({ registry, leases }) {
    const inbox =
      redis && (await (await import('../backends/redis/event-inbox/event-inbox.ts')).openEventInbox({ link: redis }));
    return await openObjectStore({ minio, registry, leases, clock, random, activity, inbox, told });
  },
});
