import type { BackendSettings } from '../config/options.ts';
import { keepAlive } from '../core/clock.ts';
import { HeadwaterError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';

type Look = () => Promise<readonly Finding[]>;

/** Looks at each backend that is configured, side by side; one that cannot be looked at is a finding, too. */
export async function examineBackends(settings: BackendSettings): Promise<readonly Finding[]> {
  const { redis, kafka, minio, namespace, deadlineMs } = settings;
  const common = { namespace, deadlineMs };
  using _looking = keepAlive();
  const looks: Readonly<Record<string, Look | undefined>> = {
    redis: redis === undefined ? undefined : () => lookAtRedis({ url: redis, ...common }),
    kafka: kafka && (() => lookAtKafka({ brokers: kafka, ...common })),
    minio: minio === undefined ? undefined : () => lookAtMinio(minio, deadlineMs, redis !== undefined),
  };
  const all = Object.entries(looks).flatMap(([what, look]) => (look ? [findings(what, look)] : []));
  return (await Promise.all(all)).flat();
}

const lookAtRedis = async (options: Parameters<typeof import('../backends/redis/examine.ts').examineRedis>[0]) =>
  (await import('../backends/redis/examine.ts')).examineRedis(options);

const lookAtKafka = async (options: Parameters<typeof import('../backends/kafka/examine.ts').examineKafka>[0]) =>
  (await import('../backends/kafka/examine.ts')).examineKafka(options);

async function lookAtMinio(url: string, deadlineMs: number, hasRedis: boolean) {
  const [{ examineMinio }, { EVENT_LIST }] = await Promise.all([
    import('../backends/minio/examine.ts'),
    import('../backends/redis/event-inbox/event-inbox.ts'),
  ]);
  return await examineMinio({ url, deadlineMs, list: hasRedis ? EVENT_LIST : undefined });
}

async function findings(what: string, look: Look): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HeadwaterError)) throw error;
    return [{ what, found: error.message, level: 'problem' }];
  }
}
