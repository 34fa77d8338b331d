/**
 * Begins the user agent of all that this driver asks of MinIO: the events of its own writes carry it, and are dropped,
 * since whoever wrote has told of them already.
 */
export const OWN_USER_AGENT = 'headwater-object-store';

/** Metadata of an object that was written through this driver: the id under which its attributes are recorded. */
export const WRITE_ID_HEADER = 'x-amz-meta-headwater-write';

/** Whether an event tells of something that this driver, in whichever process, did itself. */
export const isOwnWrite = (userAgent: string | undefined): boolean => userAgent?.includes(OWN_USER_AGENT) ?? false;
