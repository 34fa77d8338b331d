import type { MinioLink } from '../link.ts';
import { readServerInfo } from '../server-info.ts';

/** How changes that others make in MinIO come to be known. */
export type Way = 'redis' | 'webhook' | 'none';

/** Has MinIO tell of what happens in buckets. */
export interface Subscriptions {
  readonly way: Way;
  /** Adds this simulator to those whom a bucket's events are sent to; once more, where others have taken it away since. */
  subscribe(bucket: string): Promise<void>;
  /** The bucket is removed: one of its name is another. */
  unsubscribe(bucket: string): void;
}

/** The name by which the target is configured: `MINIO_NOTIFY_REDIS_ENABLE_HEADWATER`. */
const TARGET = 'HEADWATER';

/** What MinIO must be started with for the changes of others to be noticed, and for nothing else. */
export const targetSettings = (list: string): string =>
  [
    `MINIO_NOTIFY_REDIS_ENABLE_${TARGET}=on`,
    `MINIO_NOTIFY_REDIS_ADDRESS_${TARGET}=<host:port of Redis>`,
    `MINIO_NOTIFY_REDIS_FORMAT_${TARGET}=access`,
    `MINIO_NOTIFY_REDIS_KEY_${TARGET}=${list}`,
    'MINIO_API_SYNC_EVENTS=on',
  ].join(' ');

/** The target's ARN among those of the server. */
export const targetArn = (arns: readonly string[], way: Way): string | undefined =>
  arns.find((arn) => arn.endsWith(`:${TARGET}:${way}`));

/**
 * Finds the target that MinIO was started with: Redis where this simulator reads a list in Redis, else the webhook. A
 * MinIO that does not say which targets it has is taken to have the first.
 *
 * @param told of a bucket whose events were sent to nobody here for a while
 */
export async function createSubscriptions(
  minio: MinioLink,
  readsList: boolean,
  told: (what: string, isFault: boolean) => void,
): Promise<Subscriptions> {
  const info = await readServerInfo(minio);
  const guess = `arn:minio:sqs:${minio.region}:${TARGET}:${readsList ? 'redis' : 'webhook'}`;
  const targets = info ? info.targets : [guess];
  const redis = readsList ? targetArn(targets, 'redis') : undefined;
  const arn = redis ?? targetArn(targets, 'webhook');
  const subscribed = new Set<string>();
  return {
    way: redis ? 'redis' : arn ? 'webhook' : 'none',
    async subscribe(bucket) {
      if (!arn) return;
      const isRenewal = subscribed.has(bucket);
      const asked = { bucket, query: { notification: '' } } as const;
      const present = await (await minio.ask({ method: 'GET', ...asked })).text();
      if (present.includes(`>${arn}<`)) return void subscribed.add(bucket);
      // What others configured there stays.
      const others = /<NotificationConfiguration[^>]*>([\s\S]*)<\/NotificationConfiguration>/.exec(present)?.[1] ?? '';
      const body = `<NotificationConfiguration>${others}${rule(arn)}</NotificationConfiguration>`;
      await (await minio.ask({ method: 'PUT', ...asked, body: Buffer.from(body) })).text();
      if (isRenewal) told(`${minio.name}: ${takenAway(bucket)}`, true);
      subscribed.add(bucket);
    },
    unsubscribe: (bucket) => void subscribed.delete(bucket),
  };
}

const takenAway = (bucket: string) =>
  `somebody removed the rule by which it tells of bucket ${bucket}; it is set again, and what was written straight to it meanwhile may have set off nothing`;

/** All that AWS has events for; which of them anybody wants is decided by our own configuration of the bucket. */
const rule = (arn: string) =>
  `<QueueConfiguration><Id>headwater</Id><Queue>${arn}</Queue><Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event></QueueConfiguration>`;
