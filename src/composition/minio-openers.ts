import type { MinioLink } from '../backends/minio/link.ts';
import { openObjectStore } from '../backends/minio/object-store/object-store.ts';
import type { Openers, PortParts } from './ports.ts';

/** Ports on MinIO. */
export const minioOpeners = ({ clock, random }: PortParts, minio: MinioLink): Pick<Openers, 'objects'> => ({
  objects: (registry) => openObjectStore({ minio, registry, clock, random }),
});
