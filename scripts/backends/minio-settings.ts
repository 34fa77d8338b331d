const ACCESS_KEY = 'headwater';
const SECRET_KEY = 'headwater-local';

/** How Headwater addresses a MinIO of these settings. */
export const minioUrl = (host: string, port: number): string => `http://${ACCESS_KEY}:${SECRET_KEY}@${host}:${port}`;

/** Where MinIO tells what happens in its buckets. */
export interface EventTargets {
  /** `host:port`. Told before a write is answered; what happens while Redis is away is not told. */
  readonly redis?: string | undefined;
  /** A URL, told from a queue on disk: within seconds, but also after an outage. */
  readonly webhook?: string | undefined;
  /** Folder of that queue. */
  readonly events: string;
}

/**
 * The settings of MinIO, all of which come from its environment and count from its start.
 * The ARNs of the targets are arn:minio:sqs:us-east-1:HEADWATER:redis and arn:minio:sqs:us-east-1:HEADWATER:webhook.
 */
export function minioEnvironment({ redis, webhook, events }: EventTargets): Readonly<Record<string, string>> {
  return {
    MINIO_ROOT_USER: ACCESS_KEY,
    MINIO_ROOT_PASSWORD: SECRET_KEY,
    MINIO_REGION: 'us-east-1',
    MINIO_BROWSER: 'off',
    MINIO_UPDATE: 'off',
    // Data may lie on the disk of the system.
    MINIO_CI_CD: '1',
    MINIO_SCANNER_SPEED: 'slowest',
    GOMEMLIMIT: '256MiB',
    // A write is answered when its event is with the targets, not before.
    MINIO_API_SYNC_EVENTS: 'on',
    ...(webhook !== undefined && {
      MINIO_NOTIFY_WEBHOOK_ENABLE_HEADWATER: 'on',
      MINIO_NOTIFY_WEBHOOK_ENDPOINT_HEADWATER: webhook,
      MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_HEADWATER: events,
    }),
    // Without a queue on disk: that is looked at every three seconds only, so it would make each event as late.
    ...(redis !== undefined && {
      MINIO_NOTIFY_REDIS_ENABLE_HEADWATER: 'on',
      MINIO_NOTIFY_REDIS_ADDRESS_HEADWATER: redis,
      MINIO_NOTIFY_REDIS_FORMAT_HEADWATER: 'access',
      MINIO_NOTIFY_REDIS_KEY_HEADWATER: 'headwater:s3:events',
    }),
  };
}
