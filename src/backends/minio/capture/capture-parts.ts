import type { Activity } from '../../../core/activity.ts';
import type { EventInbox } from '../../../core/ports/event-inbox.ts';
import type { Leases } from '../../../core/ports/leases.ts';
import type { Registry } from '../../../core/ports/registry.ts';
import type { ForeignChange } from '../../../core/records/s3-event.ts';
import type { MinioLink } from '../link.ts';
import type { Listings } from '../object-store/listing.ts';
import type { ObjectRecords } from '../object-store/records.ts';
import type { Way } from './subscription.ts';

/** What capturing needs. */
export interface CaptureParts {
  readonly minio: MinioLink;
  readonly inbox: EventInbox | undefined;
  readonly registry: Registry;
  readonly leases: Leases;
  readonly activity: Activity;
  readonly told: (what: string, isFault: boolean) => void;
  readonly way: Way;
  readonly listings: Listings;
  readonly records: ObjectRecords;
  /** The buckets whose events are this namespace's. */
  readonly buckets: () => Promise<readonly string[]>;
}

/** Deals with a change. */
export type Taken = (change: ForeignChange) => Promise<void>;
